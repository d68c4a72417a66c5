-- 地址出处: which source rows wrote which address.  One row per source row with an address.
with

cells as (
    select * from {{ ref('int_address_cells') }}
),

texts as (
    select * from {{ ref('int_address_texts') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
)

select
    cells.dataset_id,
    cells.delivery_id,
    deliveries.file_name,
    cells.sheet_name,
    cells.line_number,
    texts.address_key
from cells
inner join texts on cells.address_text = texts.address_text
inner join deliveries on cells.delivery_id = deliveries.delivery_id

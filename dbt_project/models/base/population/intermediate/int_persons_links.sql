{{ config(materialized='view') }}
-- Which person each source record names, by which rule and how sure.  One row per source record and role.
with

records as (
    select * from {{ ref('int_person_records') }}
),

settled as (
    select * from {{ ref('int_person_settled') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

persons as (
    select * from {{ ref('int_person_golden') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

placed as (
    select
        records.*,
        coalesce(settled.person_no, merged.current_no, records.anchor_no) as person_no,
        case
            when settled.record_no is not null then settled.match_rule
            when merged.former_no is not null then merged.match_rule
            when records.is_birth_contradicted then 'resident_id_birth_differs'
            else 'resident_id'
        end as match_rule,
        case
            when settled.record_no is not null then settled.match_score
            when merged.former_no is not null then 0.99
            when records.is_birth_contradicted then 0.9
            else 1
        end as match_score
    from records
    left join settled on records.record_no = settled.record_no
    left join merged on records.anchor_no = merged.former_no
)

select
    'person' as entity_type,
    persons.person_id as entity_id,
    placed.dataset_id,
    placed.delivery_id,
    deliveries.file_name,
    placed.sheet_name,
    placed.line_number,
    placed.role,
    placed.match_rule,
    cast(placed.match_score as double) as match_score
from placed
inner join persons on placed.person_no = persons.person_no
inner join deliveries on placed.delivery_id = deliveries.delivery_id

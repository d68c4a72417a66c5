-- 宗地号所指的土地: the pieces of ground that one parcel code was delivered for, told apart by street and address. The first keeps the
-- code's number; another one is asked about, and gets a number of its own where a steward says that it is different.
-- One row per parcel code and street.
with

rows_in as (
    select * from {{ ref('stg_natural_resources__parcels') }}
    where parcel_code is not null and street_code is not null
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

grounds as (
    select
        rows_in.parcel_code,
        rows_in.street_code,
        min(rows_in.address) as address,
        min(deliveries.received_at) as first_at
    from rows_in
    inner join deliveries on rows_in.delivery_id = deliveries.delivery_id
    group by rows_in.parcel_code, rows_in.street_code
),

ordered as (
    select
        *,
        row_number() over (partition by parcel_code order by first_at asc, street_code asc) as ground_no,
        first_value(address) over (partition by parcel_code order by first_at asc, street_code asc) as first_address,
        {{ review_id('place', "'code_used_twice'", "'natural_resources__parcels'", 'parcel_code', 'street_code') }} as review_id
    from grounds
)

select
    ordered.parcel_code,
    ordered.street_code,
    ordered.review_id,
    decisions.decided_at,
    coalesce(decisions.decision = 'different', false) as is_kept_apart,
    case when decisions.decision = 'different' then ordered.parcel_code || '@' || ordered.street_code else ordered.parcel_code end
        as ground_key
from ordered
left join decisions on ordered.review_id = decisions.review_id
-- a street may get another code; the ground then keeps its address
where ordered.ground_no > 1 and ordered.address <> ordered.first_address

-- 政务服务事项: the newest item base. A version without an end ends the day before the next
-- version of the same item begins.
-- One row per item and version.
with

items as (
    {{ latest_state('stg_government_services__service_items', ['item_code', 'valid_from_date'], 'full') }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
),

ended as (
    select
        *,
        lead(valid_from_date) over (partition by item_code order by valid_from_date) as next_from_date
    from items
)

select
    ended.item_code,
    ended.item_name,
    ended.item_type_code,
    ended.department_code,
    ended.department_name,
    ended.division_code,
    divisions.region_code,
    ended.handling_mode_code,
    ended.onsite_visit_count,
    ended.online_depth_code,
    ended.online_url,
    ended.is_exception,
    ended.exception_basis,
    ended.status,
    ended.valid_from_date,
    case
        when ended.valid_to_date is null or ended.valid_to_date >= ended.next_from_date
            then cast({{ dbt.dateadd('day', -1, 'ended.next_from_date') }} as date)
        else ended.valid_to_date
    end as valid_to_date,
    ended.updated_at,
    ended.delivery_id,
    ended.line_number
from ended
left join divisions on {{ county_of('ended.division_code') }} = divisions.division_code

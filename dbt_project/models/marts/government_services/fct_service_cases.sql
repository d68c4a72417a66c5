-- 政务服务办件: cases with their three times, without the applicant's identity.  One row per case.
with

cases as (
    {{ latest_state('stg_government_services__cases', ['case_id'], 'event', changed_at=none) }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
)

select
    cases.case_id,
    cases.item_code,
    cases.department_code,
    cases.division_code,
    divisions.region_code,
    cases.channel_code,
    cases.applied_at,
    cases.accepted_at,
    cases.closed_at,
    cases.result_code,
    cases.is_test_case,
    cases.is_inquiry_only,
    cases.delivery_id,
    cases.line_number
from cases
left join divisions on {{ county_of('cases.division_code') }} = divisions.division_code

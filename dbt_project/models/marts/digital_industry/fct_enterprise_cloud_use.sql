-- 企业上云: the newest register of cloud use.  One row per enterprise, provider and kind of service.
with

uses as (
    {{ latest_state(
        'stg_industry__cloud_enterprises',
        ['coalesce(uscc, entity_name)', 'cloud_provider', 'cloud_service_type_code'],
        'full'
    ) }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
)

select
    case when uses.uscc is not null then {{ entity_id("'uscc|' || uses.uscc") }} end as legal_entity_id,
    uses.uscc,
    uses.entity_name,
    uses.cloud_provider,
    uses.cloud_service_type_code,
    uses.first_cloud_date,
    uses.last_used_month,
    uses.industry_code,
    uses.division_code,
    divisions.region_code,
    uses.status,
    uses.updated_at,
    uses.delivery_id,
    uses.line_number
from uses
left join divisions on {{ county_of('uses.division_code') }} = divisions.division_code

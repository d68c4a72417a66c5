-- 企业上云: the newest register of cloud use; enterprises reported without a code get it from the entity base where a
-- rule settles it.  One row per enterprise, provider and kind of service.
with

uses as (
    {{ latest_state(
        'stg_industry__cloud_enterprises',
        ['coalesce(uscc, entity_name)', 'cloud_provider', 'cloud_service_type_code'],
        'full'
    ) }}
),

matches as (
    select * from {{ ref('int_entity_matches') }}
    where dataset_id = 'industry__cloud_enterprises'
),

divisions as (
    select * from {{ ref('region_divisions') }}
)

select
    {{ entity_id('matches.entity_key') }} as legal_entity_id,
    matches.entity_uscc as uscc,
    matches.match_rule,
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
inner join matches on uses.delivery_id = matches.delivery_id and uses.line_number = matches.line_number
left join divisions on {{ county_of('uses.division_code') }} = divisions.division_code

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

links as (
    select * from {{ ref('int_legal_entities_links') }}
    where dataset_id = 'industry__cloud_enterprises'
),

entities as (
    select * from {{ ref('dim_legal_entities') }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
)

select
    links.entity_id as legal_entity_id,
    entities.uscc,
    links.match_rule,
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
inner join links
    on
        uses.delivery_id = links.delivery_id
        and uses.sheet_name is not distinct from links.sheet_name
        and uses.line_number = links.line_number
inner join entities on links.entity_id = entities.legal_entity_id
left join divisions on {{ county_of('uses.division_code') }} = divisions.division_code

-- 企业上云登记信息: the typed rows as delivered.
select
    uscc,
    entity_name,
    cloud_provider,
    cloud_service_type_code,
    first_cloud_date,
    last_used_month,
    industry_code,
    division_code,
    reported_by,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'industry__cloud_enterprises') }}

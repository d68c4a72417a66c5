-- 规模以上企业名录: the typed rows as delivered.
select
    stat_year,
    uscc,
    organisation_code,
    entity_name,
    survey_type_code,
    industry_code,
    industry_classification_version,
    digital_class_code,
    is_digital_core,
    division_code,
    street_code,
    enlisted_month,
    delisted_month,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__above_scale_enterprises') }}

-- 重大项目进展月报: the typed rows as delivered.
select
    stat_month,
    project_code,
    project_name,
    project_type_code,
    approval_no,
    uscc,
    entity_name,
    industry_code,
    division_code,
    total_investment_cny,
    year_plan_investment_cny,
    completed_investment_cny,
    start_date,
    planned_end_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'development_reform__major_projects') }}

-- 生态环境公开数据: the typed rows as delivered.
select
    indicator_code,
    indicator_name,
    stat_year,
    period_label,
    value,
    unit,
    division_code,
    division_name,
    scope_code,
    vintage,
    confidence_code,
    document_title,
    document_url,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'ecology__published_figures') }}

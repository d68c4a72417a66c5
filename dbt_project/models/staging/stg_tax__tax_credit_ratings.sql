-- 纳税信用等级评价结果: the typed rows as delivered.
select
    stat_year,
    taxpayer_no,
    uscc,
    entity_name,
    tax_credit_grade_code,
    rating_score,
    rated_date,
    is_rerated,
    tax_authority_code,
    division_code,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'tax__tax_credit_ratings') }}

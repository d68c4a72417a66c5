-- 电子证照类型目录: the typed rows as delivered.
select
    certificate_type_code,
    certificate_type_name,
    department_code,
    authority_name,
    holder_type_code,
    oid,
    template_version,
    is_long_term,
    is_electronic,
    valid_from_date,
    valid_to_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'big_data__certificate_types') }}

-- 不动产权证书信息: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    property_unit_no,
    right_holder_name,
    holder_identifier_type_code,
    holder_identifier,
    ownership_form_code,
    share_pct,
    address,
    area_m2,
    use_code,
    issued_date,
    valid_to_date,
    authority_name,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'natural_resources__property_certificates') }}

-- 电子商务主体与载体名录: the typed rows as delivered.
select
    ecommerce_unit_id,
    ecommerce_unit_type_code,
    ecommerce_unit_name,
    platform_name,
    uscc,
    entity_name,
    main_category,
    recognition_level_code,
    batch,
    division_code,
    street_code,
    opened_date,
    online_sales_cny,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'commerce__ecommerce_units') }}

-- 更正结果: rejected rows that a later answer of the department brought right.
select
    answer_delivery_id,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'settled_rows') }}

-- 表头记录: the headers of each delivered file, in order, with the column that each became.
select
    delivery_id,
    sheet_name,
    position,
    header,
    column_name
from {{ source('lake', 'delivery_headers') }}

-- 隔离行: rejected cells as delivered.
select
    delivery_id,
    dataset_id,
    file_name,
    sheet_name,
    line_number,
    column_name,
    raw_value,
    raw_row,
    reason_code,
    contract_version,
    row_key,
    kind,
    is_before_replay
from {{ source('lake', 'quarantined_rows') }}

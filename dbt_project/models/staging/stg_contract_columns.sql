-- 契约字段: the columns of the contracts in force.
select
    dataset_id,
    column_name,
    zh,
    type,
    level,
    meaning,
    is_required
from {{ source('lake', 'contract_columns') }}

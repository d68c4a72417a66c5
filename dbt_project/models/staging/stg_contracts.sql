-- 数据契约: the contracts in force.
select
    dataset_id,
    department_id,
    department_zh,
    title_zh,
    title_en,
    each_row_is_a,
    catalogue_code,
    sharing_type,
    openness,
    level,
    cycle,
    mode,
    version
from {{ source('lake', 'contracts') }}

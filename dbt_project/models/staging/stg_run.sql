-- 本次构建: business date, build number, key of the person numbers.
select
    business_date,
    build_id,
    person_key
from {{ source('lake', 'run') }}

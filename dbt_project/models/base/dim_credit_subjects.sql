-- 信用基础库: the credit marks that connected registers show of each entity with a credit code; lists of defaulters are not
-- connected yet, so an empty mark is not a clean record.  One row per credit subject.
with

entities as (
    select * from {{ ref('dim_legal_entities') }}
    where uscc is not null
)

select
    'K' || substr(legal_entity_id, 2) as credit_subject_id,
    legal_entity_id,
    uscc,
    entity_name,
    has_licence_revoked,
    has_been_tax_abnormal,
    valid_from,
    valid_to,
    source_count
from entities

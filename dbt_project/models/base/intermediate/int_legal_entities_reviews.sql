-- Records without a credit code whose name several coded entities of the register bear: a name alone settles nothing, so
-- somebody has to look.  One row per record and entity that bears its name.
with

records as (
    select * from {{ ref('int_entity_matches') }}
),

bearers as (
    select distinct
        entity_name,
        entity_key
    from records
    where entity_uscc is not null and dataset_id = 'market_supervision__enterprises'
),

-- a record is asked about once, where it stands today
doubtful as (
    select
        *,
        row_number() over (
            partition by dataset_id, source_key
            order by changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
        ) as recency
    from records
    where entity_uscc is null
)

select
    'R' || substr({{ sha256_hex(
        "'legal_entity|shared_name|' || doubtful.dataset_id || '|' || doubtful.source_key || '|' || bearers.entity_key"
    ) }}, 1, 20) as review_id,
    'legal_entity' as entity_type,
    'shared_name' as kind,
    doubtful.dataset_id,
    doubtful.delivery_id,
    doubtful.file_name,
    doubtful.sheet_name,
    doubtful.line_number,
    'self' as role,
    {{ entity_id('doubtful.entity_key') }} as subject_id,
    {{ entity_id('bearers.entity_key') }} as candidate_id,
    cast(0.5 as double) as score,
    '同名主体不止一个, 不能只凭名称关联' as reason_zh,
    doubtful.entity_name as evidence
from doubtful
inner join bearers on doubtful.entity_name = bearers.entity_name
where doubtful.recency = 1

-- Penalties, list entries and the like about somebody that no number of the record leads to. Whose name others bear is asked
-- about with the legal entities; here is who is known to nobody.  One row per credit record.
with

records as (
    select * from {{ ref('int_credit_subjects_matches') }}
    where
        legal_entity_id is null
        and person_id is null
        and not coalesce(is_masked, false)
        and record_type in ('penalty', 'black_list', 'red_list', 'abnormal_operation', 'defaulter')
),

numbered as (
    select
        *,
        row_number() over (partition by dataset_id, record_key order by {{ newest_first() }}) as recency
    from records
)

select
    {{ review_id('credit_subject', "'unknown_subject'", 'dataset_id', 'record_key', "''") }} as review_id,
    'credit_subject' as entity_type,
    'unknown_subject' as kind,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    'self' as role,
    credit_subject_id as subject_id,
    cast(null as string) as candidate_id,
    cast(0 as double) as score,
    case
        when credit_subject_id is null then '没有可用的证件号码, 不能只凭名称关联主体'
        else '证件号码在人口库和法人库中都查不到'
    end as reason_zh,
    case when subject_type_code = 'person' or person_key is not null then decision_no else subject_name end as evidence
from numbered
where recency = 1

-- 信用基础库: every legal entity with a credit code, and everybody about whom a credit record is, with what stands against or for
-- them today.  One row per credit subject.
with

entities as (
    select * from {{ ref('dim_legal_entities') }}
),

records as (
    select * from {{ ref('fct_credit_records') }}
    where credit_subject_id is not null
),

matches as (
    select
        credit_subject_id,
        max(legal_entity_id) as legal_entity_id,
        max(person_id) as person_id,
        max(subject_type) as subject_type,
        max(case when subject_type = 'legal_entity' then uscc end) as uscc,
        min(period_start) as first_seen_date,
        count(distinct dataset_id) as source_count
    from {{ ref('int_credit_subjects_matches') }}
    where credit_subject_id is not null
    group by credit_subject_id
),

subjects as (
    select
        coalesce('K' || substr(entities.legal_entity_id, 2), matches.credit_subject_id) as credit_subject_id,
        coalesce(matches.subject_type, 'legal_entity') as subject_type,
        entities.legal_entity_id,
        matches.person_id,
        coalesce(entities.uscc, matches.uscc) as uscc,
        entities.entity_name,
        coalesce(entities.is_named_after_person, false) as is_named_after_person,
        coalesce(entities.has_licence_revoked, false) as has_licence_revoked,
        coalesce(entities.has_been_tax_abnormal, false) as has_been_tax_abnormal,
        coalesce(entities.valid_from, matches.first_seen_date) as valid_from,
        entities.valid_to,
        coalesce(entities.source_count, 0) as entity_source_count,
        coalesce(matches.source_count, 0) as credit_source_count
    from entities
    full outer join matches on entities.legal_entity_id = matches.legal_entity_id
    where entities.uscc is not null or matches.credit_subject_id is not null
),

counted as (
    select
        credit_subject_id,
        sum(case when record_type = 'licence' and is_in_force then 1 else 0 end) as licence_count,
        sum(case when record_type = 'penalty' then 1 else 0 end) as penalty_count,
        sum(case when record_type = 'penalty' and is_in_force then 1 else 0 end) as penalty_in_force_count,
        sum(case when record_type = 'penalty' then coalesce(amount_cny, 0) else 0 end) as fine_amount_cny,
        max(case when record_type = 'red_list' and is_in_force then 1 else 0 end) = 1 as is_on_red_list,
        max(case when record_type = 'black_list' and is_in_force then 1 else 0 end) = 1 as is_on_black_list,
        max(case when record_type = 'abnormal_operation' and is_in_force then 1 else 0 end) = 1 as is_in_abnormal_operation,
        max(case when record_type = 'defaulter' and is_in_force then 1 else 0 end) = 1 as is_judgment_defaulter,
        sum(case when record_type = 'repair' and detail <> 'refused' then 1 else 0 end) as repair_count,
        min(match_score) as match_score
    from records
    group by credit_subject_id
),

ratings as (
    select
        credit_subject_id,
        detail as tax_credit_grade_code,
        stat_year as tax_credit_year,
        row_number() over (
            partition by credit_subject_id order by stat_year desc, decided_date desc, credit_record_id asc
        ) as recency
    from records
    where record_type = 'tax_rating'
)

select
    subjects.credit_subject_id,
    subjects.subject_type,
    subjects.legal_entity_id,
    subjects.person_id,
    subjects.uscc,
    subjects.entity_name,
    subjects.is_named_after_person,
    subjects.has_licence_revoked,
    subjects.has_been_tax_abnormal,
    coalesce(counted.licence_count, 0) as licence_count,
    coalesce(counted.penalty_count, 0) as penalty_count,
    coalesce(counted.penalty_in_force_count, 0) as penalty_in_force_count,
    coalesce(counted.fine_amount_cny, 0) as fine_amount_cny,
    coalesce(counted.is_on_red_list, false) as is_on_red_list,
    coalesce(counted.is_on_black_list, false) as is_on_black_list,
    coalesce(counted.is_in_abnormal_operation, false) as is_in_abnormal_operation,
    coalesce(counted.is_judgment_defaulter, false) as is_judgment_defaulter,
    ratings.tax_credit_grade_code,
    ratings.tax_credit_year,
    coalesce(counted.repair_count, 0) as repair_count,
    subjects.valid_from,
    subjects.valid_to,
    counted.match_score,
    subjects.entity_source_count + subjects.credit_source_count as source_count
from subjects
left join counted on subjects.credit_subject_id = counted.credit_subject_id
left join ratings on subjects.credit_subject_id = ratings.credit_subject_id and ratings.recency = 1

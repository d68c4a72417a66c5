-- 信用记录: licences, penalties, red and black lists, abnormal operations, judgment defaulters, tax ratings, inspections and
-- repairs, each in its newest state with basis, expiry and repair. A record without a usable number stands without subject.
-- One row per credit record.
with

records as (
    select * from {{ ref('int_credit_subjects_matches') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

numbered as (
    select
        *,
        row_number() over (partition by dataset_id, record_key order by {{ newest_first() }}) as recency,
        max(period_end) over (partition by dataset_id, record_key) as last_listed_end,
        min(period_start) over (partition by dataset_id, record_key) as first_seen_date,
        max(decided_date) over (partition by dataset_id, record_key) as known_decided_date,
        max(ended_date) over (partition by dataset_id, record_key) as known_ended_date,
        count(*) over (partition by dataset_id, record_key) as delivered_count
    from records
),

newest as (
    select * from numbered
    where recency = 1
),

deliveries as (
    select
        dataset_id,
        period_end
    from {{ ref('stg_deliveries') }}
    where status = 'accepted'
    group by dataset_id, period_end
),

-- a full list says who has left only by not naming him any more
absences as (
    select
        newest.dataset_id,
        newest.record_key,
        min(deliveries.period_end) as left_by
    from newest
    inner join deliveries on newest.dataset_id = deliveries.dataset_id and newest.last_listed_end < deliveries.period_end
    where newest.is_full_list
    group by newest.dataset_id, newest.record_key
),

repairs as (
    select
        decision_key,
        credit_subject_id,
        min(decided_date) as repaired_on
    from newest
    where record_type = 'repair' and detail in ('repaired', 'publicity_ended', 'delisted') and decision_key is not null
    group by decision_key, credit_subject_id
),

dated as (
    select
        newest.*,
        coalesce(newest.known_ended_date, absences.left_by) as left_on,
        repairs.repaired_on
    from newest
    left join absences on newest.dataset_id = absences.dataset_id and newest.record_key = absences.record_key
    left join repairs
        on
            {{ key_if("newest.record_type <> 'repair'", 'newest.decision_key') }} = repairs.decision_key
            and newest.credit_subject_id = repairs.credit_subject_id
)

select
    'D' || substr({{ sha256_hex("dated.dataset_id || '|' || dated.record_key") }}, 1, 20) as credit_record_id,
    dated.record_type,
    dated.credit_subject_id,
    dated.link_rule,
    dated.link_score as match_score,
    -- who a person is stands in the population base alone
    case
        when
            coalesce(dated.subject_type, dated.subject_type_code, '') <> 'person'
            and not coalesce(dated.is_masked, false)
            and not {{ may_be_a_person('dated.subject_name') }}
            then dated.subject_name
    end as subject_name,
    dated.decision_no,
    dated.authority_name,
    dated.basis,
    dated.detail,
    dated.stat_year,
    dated.amount_cny,
    dated.known_decided_date as decided_date,
    dated.expiry_date,
    dated.left_on as ended_date,
    dated.repaired_on,
    dated.status,
    (
        dated.record_type not in ('repair', 'inspection')
        and coalesce(dated.status, '') not in ('revoked', 'withdrawn', 'delisted')
        and dated.left_on is null
        and dated.repaired_on is null
        and coalesce(dated.expiry_date >= run.business_date, true)
    ) as is_in_force,
    coalesce(dated.known_decided_date, dated.first_seen_date) as valid_from,
    {{ earliest_of(['dated.expiry_date', 'dated.left_on', 'dated.repaired_on']) }} as valid_to,
    dated.dataset_id,
    dated.delivery_id,
    dated.sheet_name,
    dated.line_number,
    dated.delivered_count as source_count
from dated
cross join run

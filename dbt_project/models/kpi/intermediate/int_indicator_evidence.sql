-- What an indicator's datasets brought a month, and whether that is enough to state a value: the weakest dataset decides.
-- One row per indicator and month.
with

needed as (
    select * from {{ ref('indicator_datasets') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

evidence as (
    select * from {{ ref('int_dataset_evidence') }}
),

judged as (
    select
        needed.indicator_no,
        evidence.*,
        case
            when
                evidence.expected_deliveries > 0
                and evidence.present_deliveries < indicators.min_present_share * evidence.expected_deliveries
                then
                    needed.dataset_title_zh || '应交 ' || cast(evidence.expected_deliveries as string) || ' 份，实交 '
                    || cast(evidence.present_deliveries as string) || ' 份，低于要求的 '
                    || cast(cast(round(100 * indicators.min_present_share) as bigint) as string) || '%'
        end as absence_text,
        case
            when
                evidence.rows_rejected
                > indicators.max_rejected_share * (evidence.rows_accepted + evidence.rows_rejected)
                then
                    needed.dataset_title_zh || '退回 ' || cast(evidence.rows_rejected as string) || ' 行，占 '
                    || cast(
                        round(100.0 * evidence.rows_rejected / (evidence.rows_accepted + evidence.rows_rejected), 1) as string
                    )
                    || '%，高于允许的 '
                    || cast(cast(round(100 * indicators.max_rejected_share) as bigint) as string) || '%'
        end as rejection_text
    from needed
    inner join indicators on needed.indicator_no = indicators.indicator_no
    inner join evidence on needed.dataset_id = evidence.dataset_id
),

explained as (
    select
        *,
        case
            when absence_text is not null and rejection_text is not null then absence_text || '；' || rejection_text
            else coalesce(absence_text, rejection_text)
        end as held_text
    from judged
)

select
    indicator_no,
    period,
    sum(expected_deliveries) as expected_deliveries,
    sum(present_deliveries) as present_deliveries,
    case
        when sum(rows_accepted + rows_rejected) > 0 then sum(rows_rejected) / sum(rows_accepted + rows_rejected)
    end as rejected_share,
    count(held_text) > 0 as is_held_back,
    {{ dbt.listagg('held_text', "'；'", 'order by held_text') }} as held_reason
from explained
group by indicator_no, period

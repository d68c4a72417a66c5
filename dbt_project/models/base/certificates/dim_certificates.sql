-- 电子证照基础库: cards, licences, permits and titles, each with its holder and the rule that found the holder. The department that
-- issues is believed before the one that publishes.  One row per certificate.
with

records as (
    select * from {{ ref('int_certificates_records') }}
),

holders as (
    select * from {{ ref('int_certificates_holders') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by certificate_id
            order by
                case when is_event then 2 when is_republished then 1 else 0 end,
                changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
        ) as recency,
        min(coalesce(valid_from_date, issued_date, period_start)) over (partition by certificate_id) as first_known_date,
        min(issued_date) over (partition by certificate_id) as first_issued_date
    from records
),

newest as (
    select * from numbered
    where recency = 1
),

rulings as (
    {{ rulings(ref('int_certificates_conflicts'), {'valid_from_date': 'date', 'valid_to_date': 'date'}) }}
),

counted as (
    select
        certificate_id,
        count(distinct dataset_id) as source_count
    from records
    group by certificate_id
),

held as (
    select
        certificate_id,
        delivery_id,
        sheet_name,
        line_number,
        max(case when holder_place = 1 then holder_type end) as holder_type,
        max(case when holder_place = 1 then holder_id end) as holder_id,
        max(case when holder_place = 1 then holder_rule end) as holder_rule,
        max(case when holder_place = 1 then holder_score end) as holder_score,
        count(*) as holder_count
    from holders
    group by certificate_id, delivery_id, sheet_name, line_number
)

select
    newest.certificate_id,
    newest.certificate_no,
    newest.certificate_type_zh,
    held.holder_type,
    held.holder_id,
    held.holder_rule,
    held.holder_id is not null as is_holder_known,
    held.holder_count,
    newest.division_code as issuing_division_code,
    newest.authority_name,
    newest.status,
    newest.first_issued_date as issued_date,
    newest.revoked_date,
    newest.dataset_id as status_dataset_id,
    coalesce(rulings.valid_from_date, newest.first_issued_date, newest.valid_from_date, newest.first_known_date) as valid_from,
    coalesce(rulings.valid_to_date, newest.valid_to_date) as valid_to,
    held.holder_score as match_score,
    counted.source_count
from newest
inner join counted on newest.certificate_id = counted.certificate_id
left join rulings on newest.certificate_id = rulings.entity_id
left join held
    on
        newest.certificate_id = held.certificate_id
        and newest.delivery_id = held.delivery_id
        and newest.sheet_name is not distinct from held.sheet_name
        and newest.line_number = held.line_number

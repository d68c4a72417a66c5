-- Numbers of certificates that lead to another number today. A certificate is its kind and number, and so keeps its id however
-- holder, issuer or dates are corrected; a certificate issued anew under another number is another one. Only a licence that
-- the credit office published can change: it stood alone until the issuing department told its kind, and stands alone again
-- once certificates of two kinds bear the number.  One row per former number and number of today.
{% set alone = '行政许可证' -%}
with

records as (
    select
        records.*,
        deliveries.received_at
    from {{ ref('int_certificates_records') }} as records
    inner join {{ ref('stg_deliveries') }} as deliveries on records.delivery_id = deliveries.delivery_id
),

run as (
    select * from {{ ref('stg_run') }}
),

published as (
    select
        certificate_id,
        certificate_type_zh,
        number_key,
        min(received_at) as first_at
    from records
    where is_republished
    group by certificate_id, certificate_type_zh, number_key
),

issued as (
    select
        certificate_id,
        number_key,
        min(received_at) as first_at,
        min_by(delivery_id, received_at) as delivery_id
    from records
    where not is_republished
    group by certificate_id, number_key
),

numbered as (
    select
        *,
        row_number() over (partition by number_key order by first_at asc, certificate_id asc) as issue_no
    from issued
)

select
    'certificate' as entity_type,
    {{ pseudonym('C', 'run.person_key', "'" ~ alone ~ "|' || published.number_key") }} as former_id,
    published.certificate_id as entity_id,
    'merged' as change_kind,
    numbered.delivery_id,
    cast(numbered.first_at as date) as changed_on
from published
inner join numbered on published.certificate_id = numbered.certificate_id and published.number_key = numbered.number_key
cross join run
where published.certificate_type_zh <> '{{ alone }}' and published.first_at < numbered.first_at
union all
select
    'certificate' as entity_type,
    numbered.certificate_id as former_id,
    published.certificate_id as entity_id,
    'split' as change_kind,
    seconds.delivery_id,
    cast(seconds.first_at as date) as changed_on
from published
inner join numbered on published.number_key = numbered.number_key and numbered.issue_no = 1
inner join numbered as seconds on published.number_key = seconds.number_key and seconds.issue_no = 2
where published.certificate_type_zh = '{{ alone }}' and published.first_at < seconds.first_at

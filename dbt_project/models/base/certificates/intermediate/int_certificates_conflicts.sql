-- What the office that publishes says differently of a certificate from the one that issued it.  One row per certificate,
-- attribute and losing dataset.
with

records as (
    select
        *,
        row_number() over (partition by certificate_id, dataset_id order by {{ newest_first() }}) as recency
    from {{ ref('int_certificates_records') }}
    where not is_event
),

newest as (
    select * from records
    where recency = 1
),

said as (
    {%- for attribute in ['valid_from_date', 'valid_to_date'] %}
        select
            certificate_id, dataset_id, department_zh, is_republished, changed_at,
            '{{ attribute }}' as attribute,
            cast({{ attribute }} as string) as value
        from newest
        where {{ attribute }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
)

select
    'certificate' as entity_type,
    losers.certificate_id as entity_id,
    losers.attribute,
    winners.department_zh as winner_department,
    winners.dataset_id as winner_dataset_id,
    winners.value as winner_value,
    losers.department_zh as loser_department,
    losers.dataset_id as loser_dataset_id,
    losers.value as loser_value,
    cast(losers.changed_at as date) as changed_on
from said as losers
inner join said as winners
    on losers.certificate_id = winners.certificate_id and losers.attribute = winners.attribute and not winners.is_republished
where losers.is_republished and losers.value <> winners.value

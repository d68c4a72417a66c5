-- What every dataset says of a certificate's dates where the office that publishes contradicts the one that issued it.
-- One row per certificate, attribute and dataset.
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

decided as (
    {{ decided_datasets('certificate', ref('int_certificates_id_changes')) }}
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
),

ranked as (
    select
        said.certificate_id as entity_id,
        said.attribute,
        said.dataset_id,
        said.department_zh,
        said.value,
        said.value as compared_value,
        cast(said.changed_at as date) as changed_on,
        case when said.is_republished then 2 else 1 end as authority_rank,
        'issuer' as rule,
        decided.dataset_id is not null as is_decided,
        {{ decided_first(
            'said.certificate_id, said.attribute', 'decided.dataset_id',
            'case when said.is_republished then 2 else 1 end, said.dataset_id',
        ) }} as preference
    from said
    left join decided
        on
            said.certificate_id = decided.entity_id
            and said.attribute = decided.attribute
            and said.dataset_id = decided.dataset_id
)

select * from ({{ conflicts_among('certificate', 'ranked') }}) as conflicts

-- What each dataset says today about a legal entity, one attribute a row: the dataset that a steward chose first, then by
-- authority (一数一源) and freshness. A cell that was set aside does not erase what the same dataset said before.
-- One row per entity, attribute and dataset.
{#  attribute -> the value, and what is compared: spellings of one thing are no conflict #}
{% set attributes = {
    'entity_name': ['entity_name', 'name_key'],
    'status': ['status', 'status'],
    'industry_code': ['industry_code', 'industry_code'],
    'established_date': ['cast(established_date as string)', 'cast(established_date as string)'],
    'revoked_date': ['cast(revoked_date as string)', 'cast(revoked_date as string)'],
    'legal_representative_name': ['representative', 'representative_key'],
    'address': ['address', 'address_key'],
    'division_code': ['place', 'place'],
    'street_code': ['street_code', 'street_code'],
    'registered_capital_cny': ['cast(registered_capital_cny as string)', 'cast(registered_capital_cny as string)'],
    'entity_type': ['entity_type', 'entity_type'],
} -%}
with

records as (
    select
        *,
        coalesce({{ county_of('division_code') }}, {{ county_of('street_code') }}) as place
    from {{ ref('int_legal_entities_matches') }}
    where entity_key is not null
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
),

authority as (
    select
        attribute,
        dataset_id,
        authority_rank
    from {{ ref('attribute_authority') }}
    where entity_type = 'legal_entity'
),

decided as (
    {{ decided_datasets('legal_entity', ref('int_legal_entities_id_changes')) }}
),

unpivoted as (
    {%- for attribute, (value, compared) in attributes.items() %}
        select
            records.entity_key,
            '{{ attribute }}' as attribute,
            {{ value }} as value,
            {{ compared }} as compared_value,
            records.dataset_id,
            records.department_zh,
            records.changed_at,
            authority.authority_rank,
            row_number() over (
                partition by records.entity_key, records.dataset_id
                order by
                    records.changed_at desc, records.period_end desc, records.revision_no desc, records.delivery_id desc,
                    records.line_number desc
            ) as recency
        from records
        inner join authority on records.dataset_id = authority.dataset_id and authority.attribute = '{{ attribute }}'
        where {{ value }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
),

ranked as (
    select
        unpivoted.*,
        keys.legal_entity_id,
        decided.dataset_id is not null as is_decided,
        {{ decided_first(
            'unpivoted.entity_key, unpivoted.attribute', 'decided.dataset_id',
            'unpivoted.authority_rank asc, unpivoted.changed_at desc, unpivoted.dataset_id asc',
        ) }} as preference
    from unpivoted
    inner join keys on unpivoted.entity_key = keys.entity_key
    left join decided
        on
            keys.legal_entity_id = decided.entity_id
            and unpivoted.attribute = decided.attribute
            and unpivoted.dataset_id = decided.dataset_id
    where unpivoted.recency = 1
)

select
    legal_entity_id,
    attribute,
    value,
    compared_value,
    dataset_id,
    department_zh,
    changed_at,
    authority_rank,
    is_decided,
    preference
from ranked

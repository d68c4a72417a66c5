-- What a legal entity was before: how each attribute changed, as the dataset tells it whose value stands today.
-- One row per entity, attribute and value in turn, of attributes that changed.
{#  attribute -> the value, and what is compared: spellings of one thing are no change #}
{% set attributes = {
    'entity_name': ['entity_name', 'name_key'],
    'status': ['status', 'status'],
    'industry_code': ['industry_code', 'industry_code'],
    'legal_representative_name': ['representative', 'representative_key'],
    'address': ['address', 'place_key'],
    'division_code': ['place', 'place'],
    'street_code': ['street_code', 'street_code'],
    'registered_capital_cny': ['registered_capital_cny', 'registered_capital_cny'],
    'entity_type': ['entity_type', 'entity_type'],
} -%}
{% set compared_columns = attributes.values() | map('last') | list -%}
with

addresses as (
    select
        address_key,
        coalesce(address_id, building_key) as ground
    from {{ ref('fct_address_links') }}
),

-- two texts that lead to one standard address or building are one address
records as (
    select
        matches.*,
        coalesce({{ county_of('matches.division_code') }}, {{ county_of('matches.street_code') }}) as place,
        coalesce(addresses.ground, matches.address_key) as place_key
    from {{ ref('int_legal_entities_matches') }} as matches
    left join addresses on {{ address_key(normalised_address('matches.address')) }} = addresses.address_key
    where matches.entity_key is not null
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
),

winners as (
    select * from {{ ref('int_legal_entities_attributes') }}
    where preference = 1
),

-- most datasets say the same every month
varying as (
    select
        entity_key,
        dataset_id
    from records
    group by entity_key, dataset_id
    having min({{ hash_no(compared_columns) }}) <> max({{ hash_no(compared_columns) }})
),

told as (
    select
        records.*,
        keys.legal_entity_id,
        row_number() over (
            partition by records.entity_key, records.dataset_id
            order by
                records.changed_at asc, records.period_end asc, records.revision_no asc, records.delivery_id asc,
                records.line_number asc
        ) as said_no
    from records
    inner join varying on records.entity_key = varying.entity_key and records.dataset_id = varying.dataset_id
    inner join keys on records.entity_key = keys.entity_key
),

statements as (
    {%- for attribute, (value, compared) in attributes.items() %}
        select
            told.legal_entity_id as entity_id,
            '{{ attribute }}' as attribute,
            told.dataset_id,
            cast(told.{{ value }} as string) as value,
            cast(told.{{ compared }} as string) as compared_value,
            cast(told.changed_at as date) as said_on,
            told.said_no
        from told
        inner join winners
            on
                winners.attribute = '{{ attribute }}'
                and told.legal_entity_id = winners.legal_entity_id
                and told.dataset_id = winners.dataset_id
        where told.{{ value }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
),

history as (
    {{ attribute_history('statements') }}
)

select
    'legal_entity' as entity_type,
    *
from history

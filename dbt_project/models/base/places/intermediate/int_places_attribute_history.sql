-- What a place was before: how its name, state and street changed, as the dataset tells it whose value stands today. Divisions
-- have their validity in dim_divisions.  One row per place, attribute and value in turn, of attributes that changed.
{#  attribute -> the value, and what is compared: spellings of one name are no change, a scenic spot's class is no part of it #}
{% set attributes = {
    'place_name': ['told.place_name', entity_name_key(replace_all('told.place_name', '^[1-5]A级?景区', ''))],
    'status': ['told.status', 'told.status'],
    'street_code': ['coalesce(told.street_code, substr(told.community_code, 1, 9))'] * 2,
} -%}
with

places as (
    select * from {{ ref('dim_places') }}
),

records as (
    select * from {{ ref('int_place_records') }}
),

-- the number that answers for the place, where a dataset has two
members as (
    select
        place_id,
        dataset_id,
        arg_min(source_key, preference) as source_key
    from {{ ref('int_place_members') }}
    group by place_id, dataset_id
),

-- days in the order in which the newest row of a number is chosen
told as (
    select
        records.*,
        members.place_id,
        -records.recency as said_no,
        max(cast(coalesce(records.changed_at, cast(records.period_end as timestamp)) as date)) over (
            partition by records.dataset_id, records.source_key
            order by records.recency desc
        ) as said_on
    from records
    inner join members on records.dataset_id = members.dataset_id and records.source_key = members.source_key
),

statements as (
    {%- for attribute, (value, compared) in attributes.items() %}
        {{ 'union all' if not loop.first }}
        select
            told.place_id as entity_id,
            '{{ attribute }}' as attribute,
            told.dataset_id,
            {{ value }} as value,
            {{ compared }} as compared_value,
            told.said_on,
            told.said_no
        from told
        inner join places on told.place_id = places.place_id and told.dataset_id = places.{{ attribute }}_dataset_id
    {%- endfor %}
),

told_at_all as (
    select * from statements
    where value is not null
),

history as (
    {{ attribute_history('told_at_all') }}
),

-- the value of a place may come from another number of the dataset, or from its address: then nobody tells how it changed
standing as (
    {%- for attribute in attributes %}
        {{ 'union all' if not loop.first }}
        select
            history.entity_id,
            history.attribute
        from history
        inner join places on history.entity_id = places.place_id and history.value = places.{{ attribute }}
        where history.attribute = '{{ attribute }}' and history.valid_to is null
    {%- endfor %}
)

select
    'place' as entity_type,
    history.*
from history
inner join standing on history.entity_id = standing.entity_id and history.attribute = standing.attribute

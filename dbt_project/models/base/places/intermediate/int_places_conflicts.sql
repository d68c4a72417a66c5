-- 地点冲突: what every dataset says of a place's attribute where one contradicts the value that stands.  One row per place,
-- attribute and dataset.
{% set attributes = {'place_name': 'place_name', 'street_code': 'known_street_code', 'status': 'status'} -%}
with

members as (
    select * from {{ ref('int_place_members') }}
),

decided as (
    {{ decided_datasets('place', ref('int_places_id_changes')) }}
),

told as (
    {%- for attribute, column in attributes.items() %}
        {{ 'union all' if not loop.first }}
        select
            place_id,
            '{{ attribute }}' as attribute,
            dataset_id,
            department_zh,
            {{ column }} as value,
            period_start,
            preference,
            row_number() over (partition by place_id, dataset_id order by preference) as place_in_dataset
        from members
        where {{ column }} is not null
    {%- endfor %}
),

-- who keeps a list of its own answers for the place before those that only map it
said as (
    select
        *,
        row_number() over (partition by place_id, attribute order by preference) as authority_rank
    from told
    where place_in_dataset = 1
),

ranked as (
    select
        said.place_id as entity_id,
        said.attribute,
        said.dataset_id,
        said.department_zh,
        said.value,
        said.value as compared_value,
        said.period_start as changed_on,
        said.authority_rank,
        'keeper' as rule,
        decided.dataset_id is not null as is_decided,
        {{ decided_first('said.place_id, said.attribute', 'decided.dataset_id', 'said.preference') }} as preference
    from said
    left join decided
        on
            said.place_id = decided.entity_id
            and said.attribute = decided.attribute
            and said.dataset_id = decided.dataset_id
)

select * from ({{ conflicts_among('place', 'ranked') }}) as conflicts

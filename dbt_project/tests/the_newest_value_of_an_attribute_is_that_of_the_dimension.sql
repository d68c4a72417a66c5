-- The open interval of an attribute has the value of the golden row. What stands in the history alone (standing in the
-- household register, insurances) has no column to be compared with.
{% set compared = {
    'person': ['dim_persons', 'person_id', [
        'person_name', 'household_division_code', 'marital_status_code', 'insured_division_code',
    ]],
    'legal_entity': ['dim_legal_entities', 'legal_entity_id', [
        'entity_name', 'status', 'industry_code', 'legal_representative_name', 'address', 'division_code', 'street_code',
        'registered_capital_cny', 'entity_type',
    ]],
    'place': ['dim_places', 'place_id', ['place_name', 'status', 'street_code']],
} -%}
with

newest as (
    select * from {{ ref('fct_attribute_history') }}
    where valid_to is null
)

{%- for entity_type, (model, id, attributes) in compared.items() %}
    {%- set outer = loop %}
    {%- for attribute in attributes %}
        select
            newest.*,
            cast(dimension.{{ attribute }} as string) as value_today
        from newest
        inner join {{ ref(model) }} as dimension on newest.entity_id = dimension.{{ id }}
        where
            newest.entity_type = '{{ entity_type }}'
            and newest.attribute = '{{ attribute }}'
            and newest.value is distinct from cast(dimension.{{ attribute }} as string)
        {% if not (loop.last and outer.last) %}
            union all
        {% endif %}
    {%- endfor %}
{%- endfor %}

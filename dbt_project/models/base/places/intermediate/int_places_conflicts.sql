-- 地点冲突: what two departments say differently of one place.  One row per place, attribute and losing value.
{% set attributes = {'place_name': 'place_name', 'street_code': 'known_street_code', 'status': 'status'} -%}
with

members as (
    select * from {{ ref('int_place_members') }}
),

told as (
    {%- for attribute, column in attributes.items() %}
        {{ 'union all' if not loop.first }}
        select
            place_id,
            '{{ attribute }}' as attribute,
            {{ column }} as value,
            department_zh,
            dataset_id,
            preference,
            period_start
        from members
        where {{ column }} is not null
    {%- endfor %}
),

winners as (
    select * from told
    qualify row_number() over (partition by place_id, attribute order by preference) = 1
)

select distinct
    'place' as entity_type,
    told.place_id as entity_id,
    told.attribute,
    winners.department_zh as winner_department,
    winners.dataset_id as winner_dataset_id,
    winners.value as winner_value,
    told.department_zh as loser_department,
    told.dataset_id as loser_dataset_id,
    told.value as loser_value,
    max(told.period_start) over (
        partition by told.place_id, told.attribute, told.dataset_id, told.value
    ) as changed_on
from told
inner join winners on told.place_id = winners.place_id and told.attribute = winners.attribute
where told.value <> winners.value

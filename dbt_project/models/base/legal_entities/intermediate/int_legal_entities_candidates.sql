-- Entities that a record without a known number may belong to: those that bear its name or have its operator, with what else
-- agrees and what speaks against. Records that are alike ask together.  One row per asking group and candidate.
{% set points = {
    'name_key': [3, 0], 'operator_key': [4, -3], 'representative_key': [3, -2], 'phone_key': [3, 0], 'address_key': [3, 0],
    'street_code': [1, 0], 'division': [1, -1], 'industry_code': [2, 0],
} -%}
with

identified as (
    select
        *,
        coalesce(anchor_key, own_key) as bearer_key,
        {{ county_of('division_code') }} as division
    from {{ ref('int_legal_entities_identified') }}
),

asking as (
    select distinct
        own_key as group_key, dataset_id, usual_kind, source_kind,
        name_key, operator_key, representative_key, phone_key, address_key, street_code, division, industry_code
    from identified
    where
        anchor_key is null
        and uscc is null
        -- a household or shop goes by its owner's name, as does the stall that the owner runs besides
        and (usual_kind not in ('farm_household', 'online_shop') or {{ is_organisation_name('name_key') }})
),

asked_names as (
    select distinct name_key from asking
    where name_key is not null
),

asked_operators as (
    select distinct operator_key from asking
    where operator_key is not null
),

-- who is known by a number or by a register may be asked for
known as (
    select
        bearer_key, usual_kind,
        name_key, operator_key, representative_key, phone_key, address_key, street_code, division, industry_code
    from identified
    where anchor_key is not null and source_kind <> 'reference'
    union
    select
        bearer_key, usual_kind,
        other_name_key as name_key, operator_key, representative_key, phone_key, address_key, street_code, division,
        industry_code
    from identified
    where anchor_key is not null and source_kind <> 'reference' and other_name_key is not null
),

by_name as (
    select known.* from known
    inner join asked_names on known.name_key = asked_names.name_key
),

by_operator as (
    select known.* from known
    inner join asked_operators on known.operator_key = asked_operators.operator_key
    where known.usual_kind = 'self_employed'
),

name_bearers as (
    select
        name_key,
        count(distinct bearer_key) as bearer_count
    from by_name
    group by name_key
),

operator_bearers as (
    select
        operator_key,
        count(distinct bearer_key) as bearer_count
    from by_operator
    group by operator_key
),

met as (
    {%- for known, key in {'by_name': 'name_key', 'by_operator': 'operator_key'}.items() %}
        select
            {%- for fact in points %}
                asking.{{ fact }} = known.{{ fact }} as {{ fact }}_agrees,
            {%- endfor %}
            asking.group_key,
            asking.dataset_id,
            asking.name_key,
            asking.operator_key,
            asking.usual_kind as asker_kind,
            known.usual_kind as bearer_kind,
            known.bearer_key
        from asking
        inner join {{ known }} as known on asking.{{ key }} = known.{{ key }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
),

-- what agrees in any of the states of both counts; what speaks against must do so in all of them
compared as (
    select
        {%- for fact in points %}
            bool_or({{ fact }}_agrees) as {{ fact }}_agrees,
        {%- endfor %}
        group_key,
        bearer_key,
        min(dataset_id) as dataset_id,
        min(name_key) as name_key,
        min(operator_key) as operator_key,
        min(asker_kind) as asker_kind,
        min(bearer_kind) as bearer_kind
    from met
    group by group_key, bearer_key
)

select
    compared.*,
    name_bearers.bearer_count as name_bearer_count,
    operator_bearers.bearer_count as operator_bearer_count,
    {% for fact, (agreeing, against) in points.items() -%}
        case
            when {{ fact }}_agrees then {{ agreeing }}
            when not {{ fact }}_agrees then {{ against }}
            else 0
        end{{ ' + ' if not loop.last }}
    {%- endfor %} as points
from compared
left join name_bearers on compared.name_key = name_bearers.name_key
left join operator_bearers on compared.operator_key = operator_bearers.operator_key

{# Which of many statements about one thing survives: authority rank first (seeds/codes/attribute_authority.csv), then the
   department's own time of change, then the later period and revision. All of that is one number, smaller is better, so
   that one pass with arg_min settles every attribute; a hash of the record makes it unique, and the choice the same on
   every machine. #}

{# How old a statement is, as a whole number below 2^95: seconds before the year 2444, days before 2149, revisions. #}
{% macro staleness(changed_at, period_end, revision_no, record_no) -%}
    {{ return(adapter.dispatch('staleness', 'citylake')(changed_at, period_end, revision_no, record_no)) }}
{%- endmacro %}
{% macro default__staleness(changed_at, period_end, revision_no, record_no) -%}
    struct(-unix_timestamp({{ changed_at }}), -unix_date({{ period_end }}), -{{ revision_no }}, {{ record_no }})
{%- endmacro %}
{% macro duckdb__staleness(changed_at, period_end, revision_no, record_no) -%}
    (
        (
            17179869183 - greatest(least(cast(epoch({{ changed_at }}) as bigint) + 2208988800, 17179869183), 0)
        )::hugeint * 536870912
        + (65535 - greatest(least(date_diff('day', date '1970-01-01', {{ period_end }}), 65535), 0)) * 4096
        + (4095 - least({{ revision_no }}, 4095))
    ) * 4294967296 + {{ record_no }} % 4294967296
{%- endmacro %}

{# Preference of a statement among the others about its thing; null where the dataset has no say in the attribute. #}
{% macro preference(rank, staleness) -%}
    {{ return(adapter.dispatch('preference', 'citylake')(rank, staleness)) }}
{%- endmacro %}
{% macro default__preference(rank, staleness) -%}
    case when {{ rank }} is not null then struct({{ rank }}, {{ staleness }}) end
{%- endmacro %}
{% macro duckdb__preference(rank, staleness) -%}({{ rank }}::hugeint * 39614081257132168796771975168 + {{ staleness }}){%- endmacro %}

{# The value that survives: two columns, `<attribute>` and `<attribute>_rank`. `rank` is an expression. #}
{% macro surviving(attribute, rank, value=none) -%}
    {%- set value = value or attribute -%}
    min_by({{ value }}, {{ preference(rank, 'staleness') }}) as {{ attribute }},
    -- the preference is ordered by rank first: its smallest rank is the survivor's
    cast(min(case when {{ value }} is not null then {{ rank }} end) as int) as {{ attribute }}_rank
{%- endmacro %}

{# The authority list as one row a dataset, one column `<attribute>_rank` each. #}
{% macro authority_ranks(entity_type, attributes) -%}
    select
        dataset_id,
        {%- for attribute in attributes %}
        max(case when attribute = '{{ attribute }}' then authority_rank end) as {{ attribute }}_rank{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('attribute_authority') }}
    where entity_type = '{{ entity_type }}'
    group by dataset_id
{%- endmacro %}

{# Number of a conflict: the same from night to night, since it is made of what the conflict is about. #}
{% macro conflict_id(entity_type, entity_id, attribute) -%}
    'X' || substr({{ sha256_hex(entity_type ~ " || '|' || " ~ entity_id ~ " || '|' || " ~ attribute) }}, 1, 20)
{%- endmacro %}

{# What stewards decided about conflicts, each with the number that the thing has today: a decision goes along when things
   are merged or an identifier is corrected, and stays where it is when one is split. `changes` has the columns of
   base.fct_entity_id_changes. #}
{% macro followed_decisions(changes) %}
    select
        decisions.*,
        coalesce(changes.entity_id, decisions.entity_id) as current_id
    from {{ ref('stg_conflict_decisions') }} as decisions
    left join (
        select
            entity_type,
            former_id,
            min(entity_id) as entity_id
        from {{ changes }}
        where change_kind <> 'split'
        group by entity_type, former_id
        having min(entity_id) = max(entity_id)
    ) as changes on decisions.entity_type = changes.entity_type and decisions.entity_id = changes.former_id
{% endmacro %}

{# The dataset that stands for a thing and attribute because a steward said so. Decisions about two things that are one
   today and that name two datasets decide nothing. #}
{% macro decided_datasets(entity_type, changes) %}
    select
        current_id as entity_id,
        attribute,
        min(dataset_id) as dataset_id
    from ({{ followed_decisions(changes) }}) as followed
    where entity_type = '{{ entity_type }}'
    group by current_id, attribute
    having min(dataset_id) = max(dataset_id)
{% endmacro %}

{# Order of a thing's statements about one attribute: the dataset that a steward chose, then `order`. #}
{% macro decided_first(partition, decided, order) -%}
    row_number() over (
        partition by {{ partition }} order by case when {{ decided }} is null then 1 else 0 end, {{ order }}
    )
{%- endmacro %}

{# What every dataset says where datasets contradict the one that stands. `said` is a relation with entity_id, attribute,
   dataset_id, department_zh, value, compared_value, changed_on, authority_rank, preference (1: stands), is_decided and
   `rule` (by what it stands without a steward). `contrary`: when another value is a contradiction, of `said` and
   `winners`. #}
{% macro conflicts_among(entity_type, said, contrary='true') %}
    with

    said as (
        select * from {{ said }}
    ),

    differing as (
        select
            entity_id,
            attribute
        from said
        group by entity_id, attribute
        having min(compared_value) <> max(compared_value)
    ),

    compared as (
        select
            said.*,
            case when said.compared_value <> winners.compared_value and {{ contrary }} then 1 else 0 end as contradicts
        from differing
        inner join said on differing.entity_id = said.entity_id and differing.attribute = said.attribute
        inner join said as winners
            on differing.entity_id = winners.entity_id and differing.attribute = winners.attribute and winners.preference = 1
    ),

    judged as (
        select
            *,
            max(contradicts) over (partition by entity_id, attribute) as is_conflict
        from compared
    )

    select
        '{{ entity_type }}' as entity_type,
        entity_id,
        attribute,
        dataset_id,
        department_zh,
        value,
        compared_value,
        changed_on,
        authority_rank,
        preference = 1 as is_winner,
        contradicts = 1 as is_contrary,
        case when preference = 1 and is_decided then 'steward' when preference = 1 then rule end as winner_rule
    from judged
    where is_conflict = 1
{% endmacro %}

{# What stewards decided, one row a thing: `<attribute>` and `<attribute>_dataset_id` for each attribute -> type. #}
{% macro rulings(conflicts, attributes) %}
    select
        entity_id,
        {%- for attribute, type in attributes.items() %}
        cast(max(case when attribute = '{{ attribute }}' then value end) as {{ type }}) as {{ attribute }},
        max(case when attribute = '{{ attribute }}' then dataset_id end) as {{ attribute }}_dataset_id{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ conflicts }}
    where is_winner and winner_rule = 'steward'
    group by entity_id
{% endmacro %}

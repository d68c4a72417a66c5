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

{# Rank of a preference: which dataset it came from, by the authority list. #}
{% macro rank_of(preference) -%}{{ return(adapter.dispatch('rank_of', 'citylake')(preference)) }}{%- endmacro %}
{% macro default__rank_of(preference) -%}{{ preference }}.col1{%- endmacro %}
{% macro duckdb__rank_of(preference) -%}cast({{ preference }} // 39614081257132168796771975168 as int){%- endmacro %}

{# The value that survives: two columns, `<attribute>` and `<attribute>_rank`. `rank` is an expression. #}
{% macro surviving(attribute, rank, value=none) -%}
    {%- set value = value or attribute -%}
    min_by({{ value }}, {{ preference(rank, 'staleness') }}) as {{ attribute }},
    {{ rank_of('min(case when ' ~ value ~ ' is not null then ' ~ preference(rank, 'staleness') ~ ' end)') }} as {{ attribute }}_rank
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

{# Words of the macro-economic series: orders of vintages, units and what they are worth, periods and places. #}

{# Later ones know more: a forecast, what is printed first, what is announced for good, what the yearbook has. #}
{% macro vintage_rank(vintage) -%}
    case {{ vintage }} when 'forecast' then 0 when 'preliminary' then 1 when 'final' then 2 when 'revised' then 3 end
{%- endmacro %}

{# How many of its base unit one of a unit is; null for units that nothing is converted to. #}
{% macro unit_factor(unit) -%}
    case
        when {{ unit }} in ('元', '人', '户', '千瓦时', '平方米', '%', '个', '家') then 1
        when {{ unit }} in ('万元', '万人', '万户', '万千瓦时', '万平方米', '万个', '万家') then 10000
        when {{ unit }} in ('亿元', '亿千瓦时') then 100000000
    end
{%- endmacro %}
{% macro base_unit(unit) -%}
    case
        when {{ unit_factor(unit) }} = 10000 then substr({{ unit }}, 2)
        when {{ unit_factor(unit) }} = 100000000 then substr({{ unit }}, 2)
        else {{ unit }}
    end
{%- endmacro %}

{# The period of a label as printed: a whole year, a quarter or a month; null where it is neither. #}
{% macro period_of_label(stat_year, label) -%}
    case
        when {{ label }} in ('全年', '年末', '全年(预计)') then cast({{ stat_year }} as string)
        when {{ label }} in ('1-3月', 'Q1') then cast({{ stat_year }} as string) || 'Q1'
        when {{ label }} in ('1-6月', '6月末', 'Q2') then cast({{ stat_year }} as string) || 'Q2'
        when {{ label }} in ('1-9月', '9月末', 'Q3') then cast({{ stat_year }} as string) || 'Q3'
    end
{%- endmacro %}

{# A total since January at the end of December is the year's. #}
{% macro whole_year(period, is_cumulative) -%}
    case
        when {{ is_cumulative }} and (substr({{ period }}, 5) = 'Q4' or substr({{ period }}, 5) = '-12')
            then substr({{ period }}, 1, 4)
        else {{ period }}
    end
{%- endmacro %}

{# One select a measure of a table of the departments: the same columns for all of them. #}
{% macro macro_measures(table) %}
    {%- for measure in table.measures %}
    select
        '{{ table.dataset }}' as dataset_id,
        {{ measure.series }} as series_code,
        {{ measure.name }} as series_name,
        '{{ table.frequency }}' as frequency,
        {{ measure.cumulative | default(false) }} as is_cumulative,
        {{ table.places | default(true) }} as is_of_a_place,
        {{ table.year }} as stat_year,
        {{ table.period }} as period_label,
        division_code,
        {{ table.place | default('division_name') }} as division_name,
        {{ table.scope | default("cast(null as string)") }} as scope_code,
        {{ table.vintage | default("'final'") }} as vintage,
        cast({{ measure.value }} as double) as value,
        {{ measure.unit }} as unit,
        {{ table.published | default("cast(null as date)") }} as published_date,
        {{ table.note | default("cast(null as string)") }} as note,
        delivery_id,
        sheet_name,
        line_number
    from {{ ref('stg_' ~ table.dataset) }}
    where {{ measure.value }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endmacro %}

{#- A figure as a steward reads it: 元 in 亿元, anything else in its own unit. Reads the column base_unit. -#}
{%- macro in_large_units(value) -%}
    case
        when base_unit = '元' then cast(round({{ value }} / 100000000, 2) as string) || ' 亿元'
        else cast({{ value }} as string) || ' ' || coalesce(base_unit, '')
    end
{%- endmacro %}

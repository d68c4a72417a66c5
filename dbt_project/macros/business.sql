{# Share in per cent; no share of nothing. Never clipped: some rates exceed 100 (PROGRESS.md). #}
{% macro share_pct(numerator, denominator) -%}
    case when {{ denominator }} > 0 then 100.0 * {{ numerator }} / {{ denominator }} end
{%- endmacro %}

{# First six digits: the county-level division of a street, community or local code. #}
{% macro county_of(division_code) -%}substr({{ division_code }}, 1, 6){%- endmacro %}

{# The last month of a period, counted from year 0: '2023' and '2023-12' are the same one. #}
{% macro month_number(period) -%}
    cast(substr({{ period }}, 1, 4) as bigint) * 12
    + case when length({{ period }}) = 4 then 12 else cast(substr({{ period }}, 6, 2) as bigint) end
{%- endmacro %}

{# A month's end on the year axis: the end of 2023 is 2023.0, the end of June 2023 is 2022.5. #}
{% macro year_axis(month_number) -%}({{ month_number }} - 12) / 12.0{%- endmacro %}

{# +1 if more is better, -1 if less is. #}
{% macro better(direction, target_type) -%}
    case when {{ direction }} = 'down' or {{ target_type }} in ('lower', 'hold_at_most') then -1 else 1 end
{%- endmacro %}

{# The later of two days; a missing one does not count. #}
{% macro later_day(one, other) -%}
    case when {{ one }} is null or {{ other }} > {{ one }} then {{ other }} else {{ one }} end
{%- endmacro %}

{# The plan states its baselines for the whole city only. #}
{% macro has_plan_baseline() -%}
    indicators.baseline_value is not null and numbered.region_code = numbered.city_code
{%- endmacro %}

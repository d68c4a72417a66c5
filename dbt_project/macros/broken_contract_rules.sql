{# One row per rule that rows of a dataset break: column, rule, number of rows. One scan for all rules. #}
{% macro broken_contract_rules(model, required, codes) %}
with

counted as (
    select
        {%- for column in required %}
        sum(case when {{ column }} is null then 1 else 0 end) as {{ column }}__missing,
        {%- endfor %}
        {%- for column, values in codes.items() %}
        sum(case when {{ column }} not in ('{{ values | join("', '") }}') then 1 else 0 end) as {{ column }}__unknown,
        {%- endfor %}
        count(*) as row_count
    from {{ model }}
),

broken as (
    {%- for column in required %}
    select '{{ column }}' as column_name, 'missing' as rule, {{ column }}__missing as row_count from counted
    union all
    {%- endfor %}
    {%- for column in codes %}
    select '{{ column }}' as column_name, 'unknown code' as rule, {{ column }}__unknown as row_count from counted
    union all
    {%- endfor %}
    select '' as column_name, '' as rule, 0 as row_count from counted
)

select * from broken
where row_count > 0
{% endmacro %}

{# A key of an outer join for the rows of which the condition holds, else null. A condition on one side that stands beside
   the key makes DuckDB compare every row with every row; within the key it costs nothing. #}
{% macro key_if(condition, key) -%}
    case when {{ condition }} then {{ key }} end
{%- endmacro %}

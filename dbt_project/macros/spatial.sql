{# Loads DuckDB's spatial functions from the file that CITYLAKE_SPATIAL names (the warehouse stage sets it). Nothing in a table
   needs them afterwards: boundaries are kept as bytes. #}
{% macro load_spatial() -%}
    {%- if execute and target.type == 'duckdb' -%}load '{{ env_var('CITYLAKE_SPATIAL') }}'{%- endif -%}
{%- endmacro %}

{# What differs between SQL engines is kept here, behind dispatch: models stay the same on DuckDB and Spark. #}

{# First 20 hex digits of a keyed hash behind a letter: stable from night to night, not reversible without the key. #}
{% macro pseudonym(letter, key, value) -%}
    '{{ letter }}' || substr({{ sha256_hex(key ~ " || '|' || " ~ value) }}, 1, 20)
{%- endmacro %}

{% macro sha256_hex(expression) -%}{{ return(adapter.dispatch('sha256_hex', 'citylake')(expression)) }}{%- endmacro %}
{% macro default__sha256_hex(expression) -%}sha2({{ expression }}, 256){%- endmacro %}
{% macro duckdb__sha256_hex(expression) -%}sha256({{ expression }}){%- endmacro %}

{# Every month end from a first to a last day, as one column of dates. #}
{% macro month_ends(first_day, last_day) -%}
    {{ return(adapter.dispatch('month_ends', 'citylake')(first_day, last_day)) }}
{%- endmacro %}
{% macro default__month_ends(first_day, last_day) -%}
    last_day(explode(sequence({{ first_day }}, {{ last_day }}, interval 1 month)))
{%- endmacro %}
{% macro duckdb__month_ends(first_day, last_day) -%}
    last_day(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 month)))
{%- endmacro %}

{# '2025-09' of any day of that month; both engines write dates as 2025-09-30. #}
{% macro month_label(day) -%}substr(cast({{ day }} as string), 1, 7){%- endmacro %}

{# Legal entities are public: their number needs no key. #}
{% macro entity_id(entity_key) -%}'E' || substr({{ sha256_hex(entity_key) }}, 1, 20){%- endmacro %}

{# Whether a text matches a pattern somewhere; null for null. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'citylake')(text, "'" ~ pattern ~ "'")) }}
{%- endmacro %}
{% macro default__matches(text, pattern) -%}{{ text }} rlike {{ pattern }}{%- endmacro %}
{% macro duckdb__matches(text, pattern) -%}regexp_matches({{ text }}, {{ pattern }}){%- endmacro %}

{# A text with every match of a pattern replaced. #}
{% macro replace_all(text, pattern, by) -%}
    {{ return(adapter.dispatch('replace_all', 'citylake')(text, "'" ~ pattern ~ "'", "'" ~ by ~ "'")) }}
{%- endmacro %}
{% macro default__replace_all(text, pattern, by) -%}regexp_replace({{ text }}, {{ pattern }}, {{ by }}){%- endmacro %}
{% macro duckdb__replace_all(text, pattern, by) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ by }}, 'g')
{%- endmacro %}

{# Chinese characters inside the brackets of a pattern, as the engine's expressions name them. #}
{% macro han() -%}{{ return(adapter.dispatch('han', 'citylake')()) }}{%- endmacro %}
{% macro default__han() -%}\\p{IsHan}{%- endmacro %}
{% macro duckdb__han() -%}\p{Han}{%- endmacro %}

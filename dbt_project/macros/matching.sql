{# What matching needs of every kind of real thing: keys to compare by, levels of agreement, scores, review numbers.

   Keys are 63-bit hashes: they are compared and grouped a few times faster than text, and never leave the build. #}

{# A text, or several, as one positive bigint; null for null (of several: where one is null). #}
{% macro key_no(expressions) -%}
    {%- set listed = [expressions] if expressions is string else expressions -%}
    case when {{ listed | join(' is not null and ') }} is not null then {{ hash_no(listed) }} end
{%- endmacro %}

{% macro hash_no(expressions) -%}{{ return(adapter.dispatch('hash_no', 'citylake')(expressions)) }}{%- endmacro %}
{% macro default__hash_no(expressions) -%}
    shiftrightunsigned(xxhash64({{ expressions | join(', ') }}), 1)
{%- endmacro %}
{% macro duckdb__hash_no(expressions) -%}
    cast(hash({{ expressions | join(', ') }}) >> 1 as bigint)
{%- endmacro %}

{# A person's or a firm's name as it is compared: no blanks, no dots between the parts, Latin letters in upper case. #}
{% macro name_key(name) -%}
    nullif(upper(translate({{ name }}, ' 　·•・‧．.－-', '')), '')
{%- endmacro %}

{# An identifier as a number: the first 17 digits of a resident ID (the 18th follows from them); any other document as a
   negative hash. #}
{% macro identifier_no(identifier) -%}
    coalesce(
        case when length({{ identifier }}) = 18 then {{ dbt.safe_cast('substr(' ~ identifier ~ ', 1, 17)', 'bigint') }} end,
        -{{ key_no(identifier) }}
    )
{%- endmacro %}

{# Birth day of a resident ID's number as 19801231; null for other documents. #}
{% macro birth_of_identifier(identifier_no) -%}
    case when {{ identifier_no }} > 0 then {{ whole_quotient(identifier_no, 1000) }} % 100000000 end
{%- endmacro %}

{% macro whole_quotient(dividend, divisor) -%}{{ return(adapter.dispatch('whole_quotient', 'citylake')(dividend, divisor)) }}{%- endmacro %}
{% macro default__whole_quotient(dividend, divisor) -%}({{ dividend }} div {{ divisor }}){%- endmacro %}
{% macro duckdb__whole_quotient(dividend, divisor) -%}({{ dividend }} // {{ divisor }}){%- endmacro %}

{# A date as 19801231. #}
{% macro day_no(day) -%}
    year({{ day }}) * 10000 + month({{ day }}) * 100 + day({{ day }})
{%- endmacro %}

{# 19801231 as a date. #}
{% macro date_of_no(day_no) -%}
    make_date({{ whole_quotient(day_no, 10000) }}, {{ whole_quotient(day_no, 100) }} % 100, {{ day_no }} % 100)
{%- endmacro %}

{# Whether two names share no character: another person, not another spelling. #}
{% macro names_share_nothing(one, other) -%}
    length(translate({{ one }}, {{ other }}, '')) = length({{ one }})
{%- endmacro %}

{# 'same', 'similar' (one character of three or more written otherwise, added or lost) or 'different'; null where one is missing. #}
{% macro name_agreement(one, other) -%}
    case
        when {{ one }} = {{ other }} then 'same'
        when levenshtein({{ one }}, {{ other }}) = 1 and greatest(length({{ one }}), length({{ other }})) >= 3 then 'similar'
        when {{ one }} <> {{ other }} then 'different'
    end
{%- endmacro %}

{# 'same', 'near' (two of year, month and day agree) or 'different'; null where one is missing. Days as day_no gives them. #}
{% macro birth_agreement(one, other) -%}
    case
        when {{ one }} = {{ other }} then 'same'
        when
            case when {{ whole_quotient(one, 10000) }} = {{ whole_quotient(other, 10000) }} then 1 else 0 end
            + case when {{ whole_quotient(one, 100) }} % 100 = {{ whole_quotient(other, 100) }} % 100 then 1 else 0 end
            + case when {{ one }} % 100 = {{ other }} % 100 then 1 else 0 end = 2
            then 'near'
        when {{ one }} <> {{ other }} then 'different'
    end
{%- endmacro %}

{# Weights of evidence add up in bits (log2 of how much likelier agreement is between records of one thing than of two);
   the sum, prior included, as a probability (Fellegi and Sunter 1969). #}
{% macro match_probability(bits) -%}
    1 / (1 + power(2.0, -({{ bits }})))
{%- endmacro %}

{# The weights of seeds/codes/match_rules.csv as one row, one column a piece of evidence. #}
{% macro match_weights(entity_type, evidence) -%}
    select
        {%- for name in evidence %}
        max(case when evidence = '{{ name }}' then bits end) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('match_rules') }}
    where entity_type = '{{ entity_type }}'
{%- endmacro %}

{# Number of a review: the same from night to night, since it is made of what the question is about. The first of the
   keys says where the record stands (its dataset's own key, else delivery, sheet, line and role). #}
{% macro review_id(entity_type, kind, dataset_id, record_key, candidate) -%}
    'R' || substr({{ sha256_hex(
        "'" ~ entity_type ~ "|' || " ~ kind ~ " || '|' || " ~ dataset_id ~ " || '|' || " ~ record_key
        ~ " || '|' || coalesce(" ~ candidate ~ ", '')"
    ) }}, 1, 20)
{%- endmacro %}

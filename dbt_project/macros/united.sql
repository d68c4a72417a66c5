{# What the matching models of several kinds of real things tell alike: `int_<entities>_<what>` of each, one after the
   other, column by column. #}
{% macro united(what, entity_types, columns) %}
    {%- for entities in entity_types %}
    select {{ columns | join(', ') }} from {{ ref('int_' ~ entities ~ '_' ~ what) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endmacro %}

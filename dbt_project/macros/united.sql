{# Rows of several relations brought into one shape. #}

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

{# What the rows of several datasets say, in the columns of one shape. `sources` tells for each dataset which of its columns,
   or which expression, says what; `columns` lists those that bear the shape's own name, or the one that `delivered_as`
   gives for it; `only` which rows count. `shape` maps each column to its type; what a dataset does not say is null. #}
{% macro said_by(sources, shape, delivered_as={}) %}
    {%- for dataset, source in sources.items() %}
        {%- set said = dict(source) %}
        {%- for column in source['columns'] if column not in said %}
            {%- do said.update({column: delivered_as.get(column, column)}) %}
        {%- endfor %}
        select
            '{{ dataset }}' as dataset_id,
            {%- for column, type in shape.items() %}
                cast({{ said.get(column, 'null') }} as {{ type }}) as {{ column }},
            {%- endfor %}
            delivery_id,
            sheet_name,
            line_number
        from {{ ref('stg_' ~ dataset) }}
        where {{ source.get('only', 'true') }}
        {%- if not loop.last %}
        union all
        {%- endif %}
    {%- endfor %}
{% endmacro %}

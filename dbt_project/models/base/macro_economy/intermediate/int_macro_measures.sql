-- The macro-economic tables of departments (macros/macro_tables.sql), one measure a row, in the unit of its column of the
-- lake.  One row per source record and measure.
with

measures as (
    {%- for table in macro_tables() %}
        {{ macro_measures(table) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
)

select * from measures

-- Every figure that units print in bulletins, plans and reports, as printed.  One row per printed line.
{% set publishers = [
    'statistics__bulletin_figures', 'industry__published_figures', 'government_services__published_figures',
    'big_data__published_figures', 'ecology__published_figures', 'government_office__published_figures',
] -%}
with

names as (
    select * from {{ ref('macro_published_series') }}
),

united as (
    {%- for dataset in publishers %}
        select
            '{{ dataset }}' as dataset_id,
            figures.*
        from {{ ref('stg_' ~ dataset) }} as figures
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
)

select
    united.dataset_id,
    coalesce(names.series_code, united.indicator_name) as series_code,
    united.indicator_name as series_name,
    united.stat_year,
    united.period_label,
    {{ period_of_label('united.stat_year', 'united.period_label') }} as period,
    united.period_label like '1-%' as is_cumulative,
    united.division_code,
    united.division_name,
    united.vintage,
    united.value,
    united.unit,
    united.published_date,
    united.note,
    united.confidence_code,
    united.document_title,
    united.document_url,
    united.delivery_id,
    united.sheet_name,
    united.line_number
from united
left join names on united.indicator_name = names.series_name

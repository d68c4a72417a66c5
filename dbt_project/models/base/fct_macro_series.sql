-- 宏观经济基础库: every printed figure, all vintages and all documents kept side by side.  One row per observation: series, year,
-- period label, place, vintage, value and document.
with

{% set publishers = [
    'statistics__bulletin_figures', 'industry__published_figures', 'government_services__published_figures',
    'big_data__published_figures', 'ecology__published_figures', 'government_office__published_figures',
] -%}
{% set observation = 'indicator_name, stat_year, period_label, division_name, vintage, value, document_title' -%}

deliveries as (
    select * from {{ ref('stg_deliveries') }}
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
),

numbered as (
    select
        united.*,
        deliveries.origin,
        deliveries.received_at,
        row_number() over (
            partition by {{ observation }}
            order by deliveries.period_end desc, deliveries.revision_no desc, united.line_number desc
        ) as recency,
        count(*) over (
            partition by {{ observation }}
        ) as source_count
    from united
    inner join deliveries on united.delivery_id = deliveries.delivery_id
)

select
    indicator_name as series_name,
    stat_year,
    period_label,
    division_name,
    division_code,
    value,
    unit,
    vintage,
    confidence_code,
    document_title,
    document_url,
    published_date,
    note,
    dataset_id,
    origin,
    delivery_id,
    sheet_name,
    line_number,
    published_date as valid_from,
    cast(null as date) as valid_to,
    source_count
from numbered
where recency = 1

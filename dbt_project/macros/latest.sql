{# The latest state of each record. The caller names the key of the department's system.

   An increment keeps what it brought until a later delivery brings the same key again. A full delivery replaces
   everything: a record that the newest period no longer lists is gone. Datasets that carry no time of change pass
   `changed_at=none`. Order within a key: the department's own time
   of change, the business period, the revision of the file, the line. #}
{% macro latest_state(model, keys, mode, changed_at='updated_at') %}
with

rows_in as (
    select * from {{ ref(model) }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

dated as (
    select
        rows_in.*,
        deliveries.period_end,
        deliveries.revision_no,
        max(deliveries.period_end) over () as newest_period_end
    from rows_in
    inner join deliveries on rows_in.delivery_id = deliveries.delivery_id
),

{% if mode == 'full' -%}
current_rows as (
    select * from dated
    where period_end = newest_period_end
),
{%- else -%}
current_rows as (
    select * from dated
),
{%- endif %}

numbered as (
    select
        *,
        row_number() over (
            partition by {{ keys | join(', ') }}
            order by
                {% if changed_at -%}
                coalesce({{ changed_at }}, cast(period_end as timestamp)) desc,
                {% endif -%}
                period_end desc,
                revision_no desc,
                delivery_id desc,
                line_number desc
        ) as recency
    from current_rows
)

select * from numbered
where recency = 1
{% endmacro %}

-- All records of the identifiers that a night of new deliveries adds to, and its records without an identifier: read once
-- here, and not by every model that works them out again. Empty when a build starts over.  One row per source record and role.
{% if only_grows() -%}
    select * from {{ ref('int_person_records') }}
    where anchor_no in (select touched.anchor_no from {{ ref('int_person_touched') }} as touched)
    union all
    select * from {{ ref('int_person_records') }}
    where anchor_no is null and delivery_id in {{ added_deliveries() }}
{%- else -%}
    select * from {{ ref('int_person_records') }}
    where 1 = 0
    -- depends_on: {{ ref('int_person_touched') }}
{%- endif %}

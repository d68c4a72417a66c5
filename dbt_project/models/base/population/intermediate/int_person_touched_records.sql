-- All records of the identifiers that a night of new deliveries adds to, and its records without an identifier: read once
-- here, and not by every model that works them out again. Empty when a build starts over.  One row per source record and role.
select records.*
from {{ ref('int_person_records') }} as records
left join {{ ref('int_person_touched') }} as touched on records.anchor_no = touched.anchor_no
where
    {% if only_grows() -%}
        touched.anchor_no is not null
        or (records.anchor_no is null and records.delivery_id in {{ added_deliveries() }})
    {%- else -%}
        1 = 0
    {%- endif %}

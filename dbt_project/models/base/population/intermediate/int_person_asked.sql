-- Unsettled records whose candidates are looked for anew: all of them where a build starts over; in a night of new deliveries
-- the new ones, those under an identifier that was added to, and those whose relatives were.  One row per source record and
-- role.
with

unsettled as (
    select * from {{ ref('int_person_unsettled') }}
),

touched as (
    select * from {{ ref('int_person_touched') }}
),

touched_records as (
    select * from {{ ref('int_person_touched_records') }}
)

select record_no from touched_records
union
select unsettled.record_no
from unsettled
inner join touched on unsettled.relative_no = touched.anchor_no
union
select unsettled.record_no
from unsettled
inner join touched on unsettled.other_relative_no = touched.anchor_no
{%- if not only_grows() %}
    union
    select record_no from unsettled
{%- endif %}

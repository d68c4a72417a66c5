-- 坐标按标注换算: every pair in CGCS2000, by the system that its row names.  One row per source row of a dataset with coordinates.
with

delivered as (
    select * from {{ ref('int_coordinates_delivered') }}
),

distorted as (
    select * from delivered
    where coordinate_system in ('gcj02', 'bd09')
),

{{ undone_coordinates('distorted') }},

plain as (
    select * from delivered
    where coordinate_system is null or coordinate_system not in ('gcj02', 'bd09')
)

select
    * exclude (gcj02_east, gcj02_north, bd09_east, bd09_north),
    case when coordinate_system = 'gcj02' then gcj02_east else bd09_east end as longitude,
    case when coordinate_system = 'gcj02' then gcj02_north else bd09_north end as latitude
from undone
union all by name
-- metres of a local system are no degrees
select
    *,
    case when coalesce(coordinate_system, '') <> 'local' then east end as longitude,
    case when coalesce(coordinate_system, '') <> 'local' then north end as latitude
from plain

-- 范围中心: the middle of every boundary that a row draws. A ring that a department left open is closed; axes the other way round are
-- told by their size.  One row per source row with a boundary.
with

records as (
    select * from {{ ref('int_place_records') }}
    where boundary_wkt is not null
),

-- the first corner once more at the end closes an open ring and changes nothing of a closed one
closed as (
    select
        *,
        regexp_replace(boundary_wkt, '^POLYGON ?\(\(([^,()]+),([^()]*)\)\)$', 'POLYGON((\1,\2,\1))') as closed_wkt
    from records
),

drawn as (
    select
        *,
        case when closed_wkt like '%POLYGON%' then try(st_centroid(st_makevalid(st_geomfromtext(closed_wkt)))) end as middle
    from closed
)

select
    dataset_id,
    source_key,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    round(greatest(st_x(middle), st_y(middle)), 7) as longitude,
    round(least(st_x(middle), st_y(middle)), 7) as latitude,
    case
        when middle is null then 'none'
        when st_x(middle) < 90 and st_y(middle) > 90 then 'swapped'
        else 'as_declared'
    end as coordinate_quality
from drawn

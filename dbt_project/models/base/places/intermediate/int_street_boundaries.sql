-- 镇街范围: the ground of each street, put together from the boundaries of its grids.  One row per street.
with

grids as (
    {{ latest_state('stg_political_legal__grids', ['grid_code'], 'full', none) }}
),

drawn as (
    select street_code, try(st_makevalid(st_geomfromtext(boundary_wkt))) as boundary from grids
    where boundary_wkt like 'POLYGON%' or boundary_wkt like 'MULTIPOLYGON%'
)

-- kept as bytes: a database with a geometry in it could not be read without the extension
select
    street_code,
    st_aswkb(st_union_agg(boundary)) as boundary
from drawn
where boundary is not null and street_code is not null
group by street_code

{# Coordinate systems (DOMAIN.md 1.4): GCJ-02, the distortion of published maps, BD-09 on top of it, and back. Degrees in,
   degrees out. The same as plugins/citylake/staging/identifiers/coordinates.py; a test holds the two together. #}

{# Sum of sines, each with its height and half its frequency, times two thirds. #}
{% macro waves(of, terms) -%}
    2.0 / 3.0 * (
        {%- for height, rate in terms -%}
        {{ height }} * sin({{ of }} * (pi() * {{ rate }})){% if not loop.last %} + {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}

{# Degrees east of a point of CGCS2000 on a published map. #}
{% macro gcj02_east(east, north) -%}
{%- set x, y = "(" ~ east ~ " - 105.0)", "(" ~ north ~ " - 35.0)" -%}
{%- set curve = "(1 - pow(sin(radians(" ~ north ~ ")), 2) * 0.00669342162296594323)" -%}
{{ east }} + (
    300.0 + {{ x }} + {{ y }} * 2.0 + {{ x }} * {{ x }} * 0.1 + {{ x }} * {{ y }} * 0.1 + sqrt(abs({{ x }})) * 0.1
    + {{ waves(x, [(20.0, 6.0), (20.0, 2.0)]) }}
    + {{ waves(x, [(20.0, 1.0), (40.0, "1.0 / 3"), (150.0, "1.0 / 12"), (300.0, "1.0 / 30")]) }}
) / (6378245.0 / sqrt({{ curve }}) * cos(radians({{ north }})) * (pi() / 180))
{%- endmacro %}

{# Degrees north of the same. #}
{% macro gcj02_north(east, north) -%}
{%- set x, y = "(" ~ east ~ " - 105.0)", "(" ~ north ~ " - 35.0)" -%}
{%- set curve = "(1 - pow(sin(radians(" ~ north ~ ")), 2) * 0.00669342162296594323)" -%}
{{ north }} + (
    -100.0 + {{ x }} * 2.0 + {{ y }} * 3.0 + {{ y }} * {{ y }} * 0.2 + {{ x }} * {{ y }} * 0.1 + sqrt(abs({{ x }})) * 0.2
    + {{ waves(x, [(20.0, 6.0), (20.0, 2.0)]) }}
    + {{ waves(y, [(20.0, 1.0), (40.0, "1.0 / 3"), (160.0, "1.0 / 12"), (320.0, "1.0 / 30")]) }}
) / (6378245.0 * (1 - 0.00669342162296594323) / ({{ curve }} * sqrt({{ curve }})) * (pi() / 180))
{%- endmacro %}

{# A point of a published map on Baidu's. #}
{% macro bd09_east(east, north) -%}
(sqrt(pow({{ east }}, 2) + pow({{ north }}, 2)) + sin({{ north }} * (pi() * 3000 / 180)) * 0.00002)
* cos(atan({{ north }} / {{ east }}) + cos({{ east }} * (pi() * 3000 / 180)) * 0.000003) + 0.0065
{%- endmacro %}
{% macro bd09_north(east, north) -%}
(sqrt(pow({{ east }}, 2) + pow({{ north }}, 2)) + sin({{ north }} * (pi() * 3000 / 180)) * 0.00002)
* sin(atan({{ north }} / {{ east }}) + cos({{ east }} * (pi() * 3000 / 180)) * 0.000003) + 0.006
{%- endmacro %}

{# The CTEs that undo both distortions by rounds of correction; each divides the error by about a thousand.

   `source` is a CTE with `east` and `north` (null where there is nothing to do). What comes out, as the CTE `undone`, has
   the columns of the source and gcj02_east, gcj02_north, bd09_east, bd09_north: where the point lies in CGCS2000 if what was
   delivered is of that system. #}
{% macro undone_coordinates(source) -%}
{%- set rounds = 4 -%}
baidu_0 as (
    select *, east as baidu_east_0, north as baidu_north_0 from {{ source }}
),
{%- for round in range(1, rounds + 1) %}
{%- set e, n = "baidu_east_" ~ (round - 1), "baidu_north_" ~ (round - 1) %}

baidu_{{ round }} as (
    select
        * exclude ({{ e }}, {{ n }}),
        {{ e }} - ({{ bd09_east(e, n) }} - east) as baidu_east_{{ round }},
        {{ n }} - ({{ bd09_north(e, n) }} - north) as baidu_north_{{ round }}
    from baidu_{{ round - 1 }}
),
{%- endfor %}

map_0 as (
    select
        * exclude (baidu_east_{{ rounds }}, baidu_north_{{ rounds }}),
        baidu_east_{{ rounds }} as published_east,
        baidu_north_{{ rounds }} as published_north,
        east as gcj02_east_0,
        north as gcj02_north_0,
        baidu_east_{{ rounds }} as bd09_east_0,
        baidu_north_{{ rounds }} as bd09_north_0
    from baidu_{{ rounds }}
),
{%- for round in range(1, rounds + 1) %}

map_{{ round }} as (
    select
        * exclude (gcj02_east_{{ round - 1 }}, gcj02_north_{{ round - 1 }}, bd09_east_{{ round - 1 }}, bd09_north_{{ round - 1 }}),
        {%- for system, east, north in [("gcj02", "east", "north"), ("bd09", "published_east", "published_north")] %}
        {%- set e, n = system ~ "_east_" ~ (round - 1), system ~ "_north_" ~ (round - 1) %}
        {{ e }} - ({{ gcj02_east(e, n) }} - {{ east }}) as {{ system }}_east_{{ round }},
        {{ n }} - ({{ gcj02_north(e, n) }} - {{ north }}) as {{ system }}_north_{{ round }}{{ "," if not loop.last }}
        {%- endfor %}
    from map_{{ round - 1 }}
),
{%- endfor %}

undone as (
    select
        * exclude (
            published_east,
            published_north,
            gcj02_east_{{ rounds }},
            gcj02_north_{{ rounds }},
            bd09_east_{{ rounds }},
            bd09_north_{{ rounds }}
        ),
        gcj02_east_{{ rounds }} as gcj02_east,
        gcj02_north_{{ rounds }} as gcj02_north,
        bd09_east_{{ rounds }} as bd09_east,
        bd09_north_{{ rounds }} as bd09_north
    from map_{{ rounds }}
)
{%- endmacro %}

{# Metres between two points of the city, on the plane: good to a part in a thousand over a few kilometres. #}
{% macro metres_between(east, north, other_east, other_north) -%}
sqrt(
    pow(({{ east }} - {{ other_east }}) * 111320 * cos(radians({{ north }})), 2)
    + pow(({{ north }} - {{ other_north }}) * 110940, 2)
)
{%- endmacro %}

-- Figures that are a thousand times larger or smaller than the middle of their series at the place: the unit above them is
-- probably not theirs (万元 under 亿元). Nothing is altered. Fewer than three figures say nothing.  One row per such figure.
with

observations as (
    select * from {{ ref('int_macro_observations') }}
    where base_value is not null and base_value <> 0 and base_unit <> '%'
),


middles as (
    select
        dataset_id,
        series_code,
        coalesce(place_code, division_name, '') as place,
        scope,
        coalesce(frequency, '') as frequency,
        median(abs(base_value)) as middle
    from observations
    group by dataset_id, series_code, coalesce(place_code, division_name, ''), scope, coalesce(frequency, '')
    having count(*) >= 3
),

measured as (
    select
        observations.*,
        middles.middle,
        round(log10(abs(observations.base_value) / middles.middle)) as magnitude
    from observations
    inner join middles
        on
            observations.dataset_id = middles.dataset_id
            and observations.series_code = middles.series_code
            and coalesce(observations.place_code, observations.division_name, '') = middles.place
            and observations.scope = middles.scope
            and coalesce(observations.frequency, '') = middles.frequency
)

select
    'R' || substr({{ sha256_hex(
        "'macro_series|magnitude|' || dataset_id || '|' || series_code || '|' || coalesce(place_code, division_name, '')"
        ~ " || '|' || scope || '|' || coalesce(period, period_label, '') || '|' || vintage || '|' || cast(value as string)"
    ) }}, 1, 20) as review_id,
    dataset_id,
    series_code,
    series_name,
    place_code,
    division_name,
    scope,
    period,
    period_label,
    stat_year,
    vintage,
    value,
    base_value,
    base_unit,
    middle,
    document_title,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    power(10, magnitude) as magnitude_factor
from measured
where abs(magnitude) >= 3

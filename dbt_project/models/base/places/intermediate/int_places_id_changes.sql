-- Numbers of places that lead to another number today: of a point of interest that stood alone until it was found to be a
-- facility, or that was one until a second facility of the name stood as near; of a parcel code that a steward found on two
-- pieces of ground. A department's number is a place for ever otherwise: no export tells which number took the place of
-- which.  One row per former number and number of today.
with

records as (
    select
        records.place_type || '|' || records.source_key as own_key,
        records.place_name,
        records.delivery_id,
        deliveries.received_at
    from {{ ref('int_place_records') }} as records
    inner join {{ ref('stg_deliveries') }} as deliveries on records.delivery_id = deliveries.delivery_id
),

matches as (
    select * from {{ ref('int_place_matches') }}
),

candidates as (
    select * from {{ ref('int_place_candidates') }}
    where match_rule is not null
),

arrivals as (
    select
        own_key,
        min(received_at) as first_at
    from records
    group by own_key
),

-- since when each of them bears the name that tells them to be one
names as (
    select
        own_key,
        place_name,
        min(received_at) as named_at,
        min_by(delivery_id, received_at) as delivery_id
    from records
    where place_name is not null
    group by own_key, place_name
),

met as (
    select
        candidates.own_key,
        candidates.place_key,
        candidates.match_rule,
        matches.match_rule as settled_rule,
        matches.place_key as settled_key,
        case
            when candidates.match_rule = 'steward' then candidates.decided_at
            else greatest(points.named_at, facilities.named_at)
        end as met_at,
        case
            when candidates.match_rule = 'steward' then null
            when points.named_at > facilities.named_at then points.delivery_id
            else facilities.delivery_id
        end as delivery_id
    from candidates
    inner join matches on candidates.dataset_id = matches.dataset_id and candidates.source_key = matches.source_key
    inner join names as points on candidates.own_key = points.own_key and candidates.place_name = points.place_name
    inner join names as facilities
        on candidates.place_key = facilities.own_key and candidates.place_name = facilities.place_name
),

numbered as (
    select
        *,
        row_number() over (partition by own_key order by met_at asc, place_key asc) as meeting_no
    from met
)

select
    'place' as entity_type,
    {{ place_id('met.own_key') }} as former_id,
    {{ place_id('met.place_key') }} as entity_id,
    'merged' as change_kind,
    met.delivery_id,
    cast(met.met_at as date) as changed_on
from met
inner join arrivals on met.own_key = arrivals.own_key
where met.settled_key = met.place_key and arrivals.first_at < met.met_at
union all
select
    'place' as entity_type,
    {{ place_id('numbered.place_key') }} as former_id,
    {{ place_id('numbered.own_key') }} as entity_id,
    'split' as change_kind,
    seconds.delivery_id,
    cast(seconds.met_at as date) as changed_on
from numbered
inner join numbered as seconds on numbered.own_key = seconds.own_key and seconds.meeting_no = 2
where
    numbered.meeting_no = 1
    and numbered.settled_key = numbered.own_key
    and numbered.met_at < seconds.met_at
union all
select
    'place' as entity_type,
    {{ place_id("'parcel|' || parcel_code") }} as former_id,
    {{ place_id("'parcel|' || ground_key") }} as entity_id,
    'split' as change_kind,
    cast(null as string) as delivery_id,
    cast(decided_at as date) as changed_on
from {{ ref('int_place_parcels') }}
where is_kept_apart

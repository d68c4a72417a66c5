-- Resident IDs of persons whose number follows from another ID, the first that arrived: a mart that knows an ID finds the
-- person's number here, and makes it of the ID itself where there is no row.  One row per such resident ID.
with

merged as (
    select * from {{ ref('int_person_merges') }}
),

members as (
    select
        former_no as anchor_no,
        current_no
    from merged
    union
    select
        current_no as anchor_no,
        current_no
    from merged
),

records as (
    select * from {{ ref('int_person_records') }}
),

identifiers as (
    select
        records.resident_id,
        min(members.current_no) as person_no
    from records
    inner join members on records.anchor_no = members.anchor_no
    group by records.resident_id
),

persons as (
    select * from {{ ref('int_person_golden') }}
)

select
    identifiers.resident_id,
    persons.person_id
from identifiers
inner join persons on identifiers.person_no = persons.person_no

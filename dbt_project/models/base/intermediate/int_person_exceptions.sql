-- Persons whose records are not simply those under their identifier: some came, some left, or another identifier is theirs.
-- The mark tells from night to night whether that changed.  One row per person.
with

settled as (
    select * from {{ ref('int_person_settled') }}
),

merges as (
    select * from {{ ref('int_person_merges') }}
),

moves as (
    select
        person_no,
        {{ hash_no(["'came'", 'record_no', 'match_rule', 'match_score']) }} as move_no
    from settled
    union all
    select
        coalesce(merges.current_no, settled.anchor_no) as person_no,
        {{ hash_no(["'left'", 'settled.record_no']) }} as move_no
    from settled
    left join merges on settled.anchor_no = merges.former_no
    where settled.anchor_no is not null
    union all
    select
        current_no as person_no,
        {{ hash_no(["'taken'", 'former_no', 'first_no']) }} as move_no
    from merges
    union all
    select
        former_no as person_no,
        {{ hash_no(["'given'", 'current_no']) }} as move_no
    from merges
)

select
    person_no,
    bit_xor(move_no) as mark
from moves
group by person_no

-- Persons whose records are not simply those under their identifier: some came, some left, or another identifier is theirs.
-- The mark tells from night to night whether that changed.  One row per person.
with

settled as (
    select * from {{ ref('int_person_settled') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

moves as (
    select
        person_no,
        {{ hash_no(["'came'", 'record_no', 'match_rule', 'match_score']) }} as move_no
    from settled
    union all
    select
        coalesce(merged.current_no, settled.anchor_no) as person_no,
        {{ hash_no(["'left'", 'settled.record_no']) }} as move_no
    from settled
    left join merged on settled.anchor_no = merged.former_no
    where settled.anchor_no is not null
    union all
    select
        current_no as person_no,
        {{ hash_no(["'taken'", 'former_no', 'first_no']) }} as move_no
    from merged
    union all
    select
        former_no as person_no,
        {{ hash_no(["'given'", 'current_no']) }} as move_no
    from merged
)

select
    person_no,
    bit_xor(move_no) as mark
from moves
group by person_no

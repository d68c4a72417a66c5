-- Persons that a night of new deliveries works out again: whose identifier it adds to, and whose exceptions are not those that
-- the build before knew. Empty when a build starts over.  One row per person.
with

exceptions as (
    select * from {{ ref('int_person_exceptions') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

touched as (
    select * from {{ ref('int_person_touched') }}
),

{% if only_grows() -%}
    known as (
        -- the same model of the build before, not yet replaced: no ref, it is worked out last
        select * from {{ this.schema }}.int_person_known_exceptions
    ),
{%- else -%}
    known as (
        select * from exceptions
    ),
{%- endif %}

found as (
    select anchor_no as person_no from touched
    union
    select merged.current_no as person_no
    from touched
    inner join merged on touched.anchor_no = merged.former_no
    union
    select coalesce(exceptions.person_no, known.person_no) as person_no
    from exceptions
    full outer join known on exceptions.person_no = known.person_no
    where exceptions.mark is distinct from known.mark
)

select person_no from found

-- Intervals of one attribute are half-open, follow each other without a gap, never overlap and never end before they begin;
-- the last one is open.
with

followed as (
    select
        *,
        lead(valid_from) over (partition by entity_type, entity_id, attribute order by valid_from) as next_from
    from {{ ref('fct_attribute_history') }}
)

select * from followed
where valid_to <= valid_from or valid_to is distinct from next_from

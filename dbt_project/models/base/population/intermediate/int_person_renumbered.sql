{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('source_no', '(select source_no from ' ~ ref('int_person_records') ~ ' where delivery_id in ' ~ added_deliveries() ~ ')') }}"
) }}
-- Resident IDs that a department corrected: it sent a record again under its own number, with the same name or birth and
-- another ID. Rows of that record that still show the former ID belong to the ID it has today.
-- Incremental by the department's numbers that new deliveries name.  One row per department's number and former ID.
with

named as (
    select
        source_no,
        anchor_no,
        name_no
    from {{ ref('int_person_records') }}
    {% if only_grows() -%}
        where source_no in (
            select added.source_no from {{ ref('int_person_records') }} as added
            where added.delivery_id in {{ added_deliveries() }}
        )
    {% endif -%}
),

asked as (
    select source_no from named
    where source_no is not null and anchor_no is not null and name_no is not null
    group by source_no
    having min(anchor_no) <> max(anchor_no)
),

several as (
    select
        records.source_no,
        records.anchor_no,
        records.delivery_id,
        records.changed_at,
        records.staleness,
        records.name_no,
        records.birth_no,
        -- a row whose birth column contradicts its ID carries someone else's, however new it is
        first_value(records.anchor_no) over (
            partition by records.source_no order by records.is_birth_contradicted, records.staleness
        ) as current_no
    from {{ ref('int_person_records') }} as records
    inner join asked on records.source_no = asked.source_no
    where records.anchor_no is not null and records.name_no is not null
),

pairs as (
    select
        former.source_no,
        former.anchor_no as former_no,
        latter.anchor_no as current_no,
        min_by(latter.delivery_id, -latter.staleness) as delivery_id,
        min(cast(latter.changed_at as date)) as changed_on,
        max(case when former.name_no = latter.name_no then 1 else 0 end) = 1 as is_same_name
    from several as former
    inner join several as latter
        on
            former.source_no = latter.source_no
            and former.current_no = latter.anchor_no
            and former.anchor_no <> latter.anchor_no
    where former.name_no = latter.name_no or former.birth_no = latter.birth_no
    group by former.source_no, former.anchor_no, latter.anchor_no
)

select * from pairs

-- Resident IDs whose records a night of new deliveries adds to: their own rows, those of a record that changed its ID, and
-- who stood on the medical insurer's list that a newer one replaces. Empty when a build starts over, where everything is
-- worked out again.  One row per identifier.
with

{% if only_grows() -%}
    records as (
        select * from {{ ref('int_person_records') }}
    ),

    added as (
        select * from records
        where delivery_id in {{ added_deliveries() }}
    ),

    renumbered as (
        select renumbered.*
        from {{ ref('int_person_renumbered') }} as renumbered
        inner join added on renumbered.source_no = added.source_no
    ),

    lists as (
        select
            max(case when delivery_id in {{ added_deliveries() }} then period_end end) as new_list,
            max(case when delivery_id not in {{ added_deliveries() }} then period_end end) as old_list
        from records
        where dataset_id = 'medical_insurance__insured_persons'
    ),

    touched as (
        select anchor_no from added
        union
        select former_no as anchor_no from renumbered
        union
        select current_no as anchor_no from renumbered
        union
        select records.anchor_no
        from records
        inner join lists on records.period_end = lists.old_list and lists.old_list < lists.new_list
        where records.dataset_id = 'medical_insurance__insured_persons'
    )

    select anchor_no from touched
    where anchor_no is not null
{%- else -%}
    nothing as (
        select cast(null as bigint) as anchor_no
    )

    select anchor_no from nothing
    where anchor_no is not null
    -- depends_on: {{ ref('int_person_records') }} {{ ref('int_person_renumbered') }}
{%- endif %}

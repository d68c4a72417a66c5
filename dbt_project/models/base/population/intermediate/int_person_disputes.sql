{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('person_no', ref('int_person_touched_persons')) }}"
) }}
-- What every department says today of a person's attribute where one of them says otherwise than what survived.
-- Incremental by person.  One row per person, disputed attribute and dataset.
{% set attributes = {
    'person_name': 'person_name', 'sex': 'sex', 'birth_date': 'cast(birth_date as string)',
    'death_date': 'cast(death_date as string)',
} -%}
with

settled as (
    select * from {{ ref('int_person_settled') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

touched as (
    select * from {{ ref('int_person_golden') }}
    {% if only_grows() -%}
        where person_no in (select listed.person_no from {{ ref('int_person_touched_persons') }} as listed)
    {%- endif %}
),

golden as (
    select * from touched
    where (has_other_names or has_other_births or has_other_sexes or has_other_deaths)
),

grouped as (
    {{ records_of_persons('golden') }}
),

said as (
    {%- for attribute, value in attributes.items() %}
        select
            person_no,
            '{{ attribute }}' as attribute,
            dataset_id,
            min_by({{ value }}, staleness) as value,
            min_by(changed_at, case when {{ value }} is not null then staleness end) as changed_at
        from grouped
        where {{ value }} is not null
        group by person_no, dataset_id
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

compared as (
    select
        said.*,
        case said.attribute
            when 'person_name' then golden.person_name
            when 'sex' then golden.sex
            when 'birth_date' then cast(golden.birth_date as string)
            when 'death_date' then cast(golden.death_date as string)
        end as winner_value,
        case said.attribute
            when 'person_name' then golden.person_name_rank
            when 'sex' then golden.sex_rank
            when 'birth_date' then golden.birth_date_rank
            when 'death_date' then golden.death_date_rank
        end % 16 as winner_rank
    from said
    inner join golden on said.person_no = golden.person_no
),

judged as (
    select
        *,
        max(case when value <> winner_value then 1 else 0 end) over (partition by person_no, attribute) as is_disputed
    from compared
)

select * exclude (is_disputed) from judged
where is_disputed = 1
-- depends_on: {{ ref('int_person_touched_persons') }}

-- Who holds each certificate, as each record says: a person by resident ID or as the population base linked the record, a
-- legal entity as its base linked it. A holder that neither base knows stays empty.  One row per source record and holder.
{% set separators = '[,，;；/／]' -%}
with

records as (
    select * from {{ ref('int_certificates_records') }}
),

{#  a cell may name several holders, and a marriage has two columns #}
named as (
    {%- for position in range(1, 4) %}
        select
            certificate_id,
            dataset_id,
            delivery_id,
            sheet_name,
            line_number,
            {{ position }} as holder_place,
            {{ plain_code('split_part(' ~ replace_all('holder_no', separators, '、') ~ ", '、', " ~ position ~ ')') }} as holder_no,
            nullif(trim(split_part({{ replace_all('holder_name', separators, '、') }}, '、', {{ position }})), '') as holder_name
        from records
        where
            holder_no like '%、%' or holder_name like '%、%' or {{ position }} = 1
            or {{ matches('holder_no', separators) }}
        union all
    {%- endfor %}
    select
        certificate_id,
        dataset_id,
        delivery_id,
        sheet_name,
        line_number,
        2 as holder_place,
        {{ plain_code('second_no') }} as holder_no,
        second_name as holder_name
    from records
    where second_no is not null or second_name is not null
),

written as (
    select
        *,
        {{ resident_key('holder_no') }} as holder_key
    from named
    where holder_place = 1 or holder_no is not null
),

persons as (
    select
        {{ resident_key('resident_id') }} as holder_key,
        min(person_id) as person_id
    from {{ ref('dim_persons') }}
    group by {{ resident_key('resident_id') }}
    having count(*) = 1
),

person_links as (
    select * from {{ ref('int_persons_links') }}
    where role in ('self', 'holder')
),

entity_links as (
    select * from {{ ref('int_legal_entities_links') }}
),

found as (
    select
        written.*,
        persons.person_id as by_number,
        person_links.entity_id as by_record,
        person_links.match_rule as person_rule,
        person_links.match_score as person_score,
        entity_links.entity_id as by_entity,
        entity_links.match_rule as entity_rule,
        entity_links.match_score as entity_score
    from written
    left join persons on written.holder_key = persons.holder_key
    left join person_links
        on
            {{ key_if('written.holder_place = 1', 'written.delivery_id') }} = person_links.delivery_id
            and written.sheet_name is not distinct from person_links.sheet_name
            and written.line_number = person_links.line_number
    left join entity_links
        on
            {{ key_if('written.holder_place = 1', 'written.delivery_id') }} = entity_links.delivery_id
            and written.sheet_name is not distinct from entity_links.sheet_name
            and written.line_number = entity_links.line_number
)

select
    certificate_id,
    dataset_id,
    delivery_id,
    sheet_name,
    line_number,
    holder_place,
    holder_no is not null or holder_name is not null as is_named,
    holder_name,
    case
        when by_entity is not null then 'legal_entity'
        when coalesce(by_record, by_number) is not null or holder_key is not null then 'person'
        when {{ is_credit_code('holder_no') }} then 'legal_entity'
    end as holder_type,
    coalesce(by_entity, by_record, by_number) as holder_id,
    case
        when by_entity is not null then entity_rule
        when by_record is not null then person_rule
        when by_number is not null then 'resident_id'
        else 'unknown'
    end as holder_rule,
    cast(case
        when by_entity is not null then entity_score
        when by_record is not null then person_score
        when by_number is not null then 1
    end as double) as holder_score
from found

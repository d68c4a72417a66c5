-- 法人基础库: the golden row of each enterprise, branch, self-employed business, public body and social organisation, also of
-- farm households, online shops and units that only one department knows.  One row per legal entity.
{% set texts = [
    'entity_name', 'status', 'industry_code', 'legal_representative_name', 'address', 'division_code', 'street_code', 'entity_type',
] -%}
{% set values = {'established_date': 'date', 'revoked_date': 'date', 'registered_capital_cny': 'double'} -%}
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
    where entity_key is not null
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
),

attributes as (
    select * from {{ ref('int_legal_entities_attributes') }}
    where preference = 1
),

codes as (
    select * from {{ ref('int_legal_entities_codes') }}
),

-- every class, and the group itself where a department wrote no fourth digit
classes as (
    select class_group || unnest(list_append(string_split(last_digits, ''), '')) as class_code
    from {{ ref('industry_classes_2017') }}
),

golden as (
    select
        {%- for attribute in texts %}
            max(case when attribute = '{{ attribute }}' then value end) as {{ attribute }},
        {%- endfor %}
        {%- for attribute, type in values.items() %}
            cast(max(case when attribute = '{{ attribute }}' then value end) as {{ type }}) as {{ attribute }},
        {%- endfor %}
        {%- for attribute in texts + (values | list) %}
            max(case when attribute = '{{ attribute }}' then dataset_id end) as {{ attribute }}_dataset_id,
        {%- endfor %}
        legal_entity_id
    from attributes
    group by legal_entity_id
),

disputes as (
    select distinct
        anchor_key,
        uscc
    from codes
    where is_disputed
),

known as (
    select
        records.entity_key,
        -- a code that an older entity holds is not shown a second time
        coalesce(
            max(case when records.entity_key = 'uscc|' || records.uscc then records.uscc end),
            max(case when disputes.uscc is null then records.uscc end)
        ) as uscc,
        max(disputes.uscc) as disputed_uscc,
        coalesce(
            max(case when records.source_kind = 'register' then records.registration_no end),
            max(case when records.source_kind = 'directory' then records.registration_no end)
        ) as registration_no,
        max(case when records.source_kind <> 'reference' then records.organisation_code end) as organisation_code,
        max(case when records.dataset_id = 'market_supervision__enterprises' then 1 else 0 end) = 1 as is_in_market_register,
        max(case when records.dataset_id = 'tax__taxpayers' then 1 else 0 end) = 1 as is_in_tax_register,
        max(case when records.source_kind = 'register' and records.status = 'revoked' then 1 else 0 end) = 1
            as has_licence_revoked,
        max(case
            when records.dataset_id = 'tax__taxpayers' and records.delivered_status = 'abnormal' then 1 else 0
        end) = 1 as has_been_tax_abnormal,
        max(records.industry_classification_version) as said_edition,
        min(case records.source_kind when 'register' then 1 when 'directory' then 2 else 3 end) as best_source,
        min(records.period_start) as first_seen_date,
        min(records.match_score) as match_score,
        count(distinct records.dataset_id) as source_count
    from records
    left join disputes on records.entity_key = disputes.anchor_key and records.uscc = disputes.uscc
    group by records.entity_key
),

kinds as (
    select
        entity_key,
        entity_kind,
        row_number() over (
            partition by entity_key
            order by
                case source_kind when 'register' then 1 when 'directory' then 2 else 3 end,
                case when uscc is null then 1 else 0 end, changed_at desc, dataset_id asc, delivery_id asc, line_number asc
        ) as preference
    from records
),

-- a licence, a tax rating or a unit that has not heard of a change of name still shows the old one
shown_names as (
    select
        keys.legal_entity_id,
        records.name_key,
        records.entity_name,
        row_number() over (
            partition by keys.legal_entity_id, records.name_key
            order by
                case
                    when records.source_kind = 'register' then 1
                    when records.dataset_id = 'market_supervision__business_licence_certificates' then 2
                    else 3
                end,
                length(records.entity_name) desc, records.entity_name asc
        ) as preference
    from records
    inner join keys on records.entity_key = keys.entity_key
    where
        records.match_rule in ('uscc', 'source_record', 'registration_no', 'organisation_code', 'tax_no')
        and (
            records.source_kind = 'register'
            or records.dataset_id in (
                'market_supervision__business_licence_certificates', 'market_supervision__registration_number_map',
                'tax__taxpayers', 'tax__tax_credit_ratings', 'human_resources__insured_units'
            )
        )
),

older_names as (
    select
        shown_names.legal_entity_id,
        shown_names.entity_name
    from shown_names
    inner join golden on shown_names.legal_entity_id = golden.legal_entity_id
    where shown_names.preference = 1 and shown_names.name_key <> {{ entity_name_key('golden.entity_name') }}
),

former_names as (
    select
        legal_entity_id,
        {{ dbt.listagg('entity_name', "'、'", 'order by entity_name') }} as former_names
    from older_names
    group by legal_entity_id
),

parents as (
    select * from {{ ref('int_legal_entities_parents') }}
),

-- where no department says the street, the address does
places as (
    select
        address_key,
        street_code,
        division_code
    from {{ ref('fct_address_links') }}
)

select
    keys.legal_entity_id,
    known.uscc,
    known.registration_no,
    case
        when known.uscc is not null then {{ organisation_code_of('known.uscc') }}
        else known.organisation_code
    end as organisation_code,
    known.disputed_uscc,
    kinds.entity_kind,
    golden.entity_type,
    golden.entity_name,
    {{ may_be_a_person('golden.entity_name') }} as is_named_after_person,
    former_names.former_names,
    parents.parent_legal_entity_id,
    golden.status,
    golden.legal_representative_name,
    golden.address,
    coalesce(golden.division_code, places.division_code) as division_code,
    coalesce(golden.street_code, places.street_code) as street_code,
    golden.industry_code,
    case
        when golden.industry_code is null then null
        when known.said_edition is not null then known.said_edition
        when classes.class_code is not null then '2017'
        else 'earlier'
    end as industry_edition,
    golden.registered_capital_cny,
    golden.established_date,
    case when golden.status <> 'active' then golden.revoked_date end as revoked_date,
    known.is_in_market_register,
    known.is_in_tax_register,
    known.has_licence_revoked,
    known.has_been_tax_abnormal,
    {%- for attribute in texts + (values | list) %}
        {%- if attribute in ('division_code', 'street_code') %}
            case
                when golden.{{ attribute }} is not null then golden.{{ attribute }}_dataset_id
                when places.{{ attribute }} is not null then golden.address_dataset_id
            end as {{ attribute }}_dataset_id,
        {%- else %}
            golden.{{ attribute }}_dataset_id,
        {%- endif %}
    {%- endfor %}
    coalesce(golden.established_date, known.first_seen_date) as valid_from,
    case when golden.status = 'deregistered' then golden.revoked_date end as valid_to,
    known.match_score,
    known.source_count
from known
inner join keys on known.entity_key = keys.entity_key
left join golden on keys.legal_entity_id = golden.legal_entity_id
left join kinds on known.entity_key = kinds.entity_key and kinds.preference = 1
left join former_names on keys.legal_entity_id = former_names.legal_entity_id
left join parents on keys.legal_entity_id = parents.legal_entity_id
left join places on {{ address_key(normalised_address('golden.address')) }} = places.address_key
left join classes on substr(golden.industry_code, 1, 4) = classes.class_code

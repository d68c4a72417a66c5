-- What every dataset says of a legal entity's attribute where one contradicts the value that stands. Addresses that lead to
-- one standard address are spellings of it and no contradiction.  One row per entity, attribute and dataset.
with

texts as (
    select * from {{ ref('int_address_texts') }}
),

links as (
    select * from {{ ref('fct_address_links') }}
),

said as (
    select
        attributes.legal_entity_id as entity_id,
        attributes.attribute,
        attributes.dataset_id,
        attributes.department_zh,
        attributes.value,
        coalesce(links.address_id, cast(attributes.compared_value as string)) as compared_value,
        cast(attributes.changed_at as date) as changed_on,
        attributes.authority_rank,
        attributes.preference,
        attributes.is_decided,
        'authority' as rule
    from {{ ref('int_legal_entities_attributes') }} as attributes
    left join texts on {{ key_if("attributes.attribute = 'address'", 'attributes.value') }} = texts.address_text
    left join links on texts.address_key = links.address_key
)

-- a revoked licence is no contradiction to a tax office that still taxes; one office's end of life is
select * from ({{ conflicts_among(
    'legal_entity', 'said', "(said.attribute <> 'status' or 'deregistered' in (said.value, winners.value))",
) }}) as conflicts

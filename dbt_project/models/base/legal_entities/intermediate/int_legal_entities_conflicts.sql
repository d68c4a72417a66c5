-- What every dataset says of a legal entity's attribute where one contradicts the value that stands.  One row per entity,
-- attribute and dataset.
with

said as (
    select
        legal_entity_id as entity_id,
        attribute,
        dataset_id,
        department_zh,
        value,
        cast(compared_value as string) as compared_value,
        cast(changed_at as date) as changed_on,
        authority_rank,
        preference,
        is_decided,
        'authority' as rule
    from {{ ref('int_legal_entities_attributes') }}
)

-- a revoked licence is no contradiction to a tax office that still taxes; one office's end of life is
select * from ({{ conflicts_among(
    'legal_entity', 'said', "(said.attribute <> 'status' or 'deregistered' in (said.value, winners.value))",
) }}) as conflicts

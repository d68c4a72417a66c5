-- Nobody who follows a former number ends in nothing, walks in a circle or has to walk twice: the number of today stands in its
-- base, and a merged or corrected number does not stand there any more.
with

living as (
    select
        'person' as entity_type,
        person_id as entity_id
    from {{ ref('dim_persons') }}
    union all
    select
        'legal_entity' as entity_type,
        legal_entity_id as entity_id
    from {{ ref('dim_legal_entities') }}
    union all
    select
        'certificate' as entity_type,
        certificate_id as entity_id
    from {{ ref('dim_certificates') }}
    union all
    select
        'credit_subject' as entity_type,
        credit_subject_id as entity_id
    from {{ ref('dim_credit_subjects') }}
    union all
    select
        'place' as entity_type,
        place_id as entity_id
    from {{ ref('dim_places') }}
),

changes as (
    select * from {{ ref('fct_entity_id_changes') }}
)

select
    changes.*,
    targets.entity_id is null as is_dangling
from changes
left join living as targets on changes.entity_type = targets.entity_type and changes.entity_id = targets.entity_id
left join living as formers on changes.entity_type = formers.entity_type and changes.former_id = formers.entity_id
where
    targets.entity_id is null
    or changes.former_id = changes.entity_id
    or (formers.entity_id is not null and changes.change_kind <> 'split')

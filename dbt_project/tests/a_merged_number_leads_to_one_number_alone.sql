-- Who follows a merged or corrected number finds one thing, not two; what was split is listed besides.
select
    entity_type,
    former_id,
    count(*) as targets
from {{ ref('fct_entity_id_changes') }}
where change_kind <> 'split'
group by entity_type, former_id
having count(*) > 1

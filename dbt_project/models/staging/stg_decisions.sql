-- 处置记录: what data stewards decided about deliveries and their correction lists.
select
    delivery_id,
    event,
    decided_at,
    actor,
    reason,
    due_at
from {{ source('lake', 'decisions') }}

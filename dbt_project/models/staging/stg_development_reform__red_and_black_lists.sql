-- 守信激励与严重失信主体名单(红黑名单): the typed rows as delivered.
select
    list_type_code,
    list_name,
    subject_name,
    subject_type_code,
    uscc,
    resident_id,
    legal_representative_name,
    authority_name,
    decision_no,
    listing_reason,
    listed_date,
    delisted_date,
    delisting_reason,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'development_reform__red_and_black_lists') }}

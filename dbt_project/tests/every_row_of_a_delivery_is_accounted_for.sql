-- Rows in the file = accepted + rejected + rows that are no records, for every delivery that was read.
select
    delivery_id,
    rows_in_file,
    rows_accepted,
    rows_rejected,
    rows_not_records
from {{ ref('fct_deliveries') }}
where
    status in ('accepted', 'held', 'superseded')
    and rows_in_file <> rows_accepted + rows_rejected + rows_not_records

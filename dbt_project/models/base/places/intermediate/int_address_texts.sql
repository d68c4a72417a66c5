-- 地址文本: every spelling of an address once, with the number of what it comes out as.  One row per text as delivered.
with

spelled as (
    select distinct address_text from {{ ref('int_address_cells') }}
),

normalised as (
    select
        address_text,
        {{ normalised_address('address_text') }} as normalised_address
    from spelled
)

select
    address_text,
    normalised_address,
    {{ address_key('normalised_address') }} as address_key
from normalised

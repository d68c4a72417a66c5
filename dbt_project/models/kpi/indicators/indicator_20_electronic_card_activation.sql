-- 电子社保卡应用开通率 = 期末已签发且未解除电子社保卡的有效持卡人 / 期末有效持卡人.  One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

cards as (
    select * from {{ ref('fct_social_security_cards') }}
    where status = 'valid'
),

electronic_cards as (
    select * from {{ ref('fct_electronic_card_spells') }}
),

numbered as (
    select
        person_id,
        region_code,
        min(issued_date) over (partition by person_id) as held_from,
        row_number() over (partition by person_id order by issued_date desc, certificate_id asc) as recency
    from cards
),

holders as (
    select * from numbered
    where recency = 1
),

spells as (
    select
        'denominator' as part,
        region_code,
        held_from as counted_from,
        cast(null as date) as counted_to
    from holders
    union all
    select
        'numerator' as part,
        holders.region_code,
        {{ later_day('holders.held_from', 'cast(electronic_cards.opened_at as date)') }} as counted_from,
        cast(electronic_cards.closed_at as date) as counted_to
    from holders
    inner join electronic_cards on holders.person_id = electronic_cards.person_id
),

{{ month_end_stock() }}

{{ stock_share(20) }}

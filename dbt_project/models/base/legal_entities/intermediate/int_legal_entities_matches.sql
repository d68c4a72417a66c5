-- Which legal entity each record belongs to and why: its numbers, a name with company, or itself. Certificates and credit
-- records only refer: one that nothing links belongs to nobody (no entity comes into being by a penalty).
-- One row per source record.
with

identified as (
    select * from {{ ref('int_legal_entities_identified') }}
),

named as (
    select * from {{ ref('int_legal_entities_named') }}
    where place = 1 and match_rule is not null
),

contradicted as (
    select * from {{ ref('int_legal_entities_contradicted') }}
    where match_rule is not null
),

standing as (
    select distinct own_key from identified
    where anchor_key is null and source_kind <> 'reference'
),

matched as (
    select
        identified.*,
        coalesce(contradicted.linked_key, identified.anchor_key, named.bearer_key, standing.own_key) as linked_key,
        coalesce(
            contradicted.match_rule,
            identified.match_rule,
            named.match_rule,
            case when standing.own_key is not null then 'own_' || split_part(identified.own_key, '|', 1) end,
            'unknown'
        ) as rule,
        case
            when contradicted.match_rule = 'steward' then 1.0
            when contradicted.match_rule is not null then 0.95
            when identified.anchor_key is null then coalesce(named.match_score, 1.0)
            when identified.match_rule in ('organisation_code', 'uscc_and_name') then 0.98
            when identified.match_rule in ('registration_no', 'tax_no') then 0.99
            else 1.0
        end as score
    from identified
    left join named
        on {{ key_if('identified.anchor_key is null and identified.uscc is null', 'identified.own_key') }} = named.group_key
    left join contradicted
        on
            {{ key_if(
                "identified.match_rule = 'uscc' and identified.source_kind <> 'register'", 'identified.anchor_key'
            ) }} = contradicted.anchor_key
            and identified.name_key = contradicted.name_key
            and identified.representative_key is not distinct from contradicted.representative_key
    left join standing on identified.own_key = standing.own_key
)

select
    * exclude (match_rule, anchor_key, linked_key, rule, score),
    linked_key as entity_key,
    rule as match_rule,
    cast(score as double) as match_score
from matched

-- The company behind each branch: the code that the branch was reported under, else the one company whose name the branch's
-- own begins with.  One row per branch whose parent is known.
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
    where entity_key is not null and source_kind <> 'reference'
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
),

named as (
    select distinct
        entity_key,
        name_key,
        {{ is_branch_name('name_key') }} as is_branch
    from records
),

companies as (
    select
        name_key,
        min(entity_key) as entity_key
    from named
    where not is_branch
    group by name_key
    having count(distinct entity_key) = 1
),

-- the name of the company is the beginning up to its first 公司
branches as (
    select
        entity_key,
        min(regexp_extract(name_key, '^(.+?公司).', 1)) as company_name_key
    from named
    where is_branch
    group by entity_key
    having count(distinct regexp_extract(name_key, '^(.+?公司).', 1)) = 1
),

reported_under as (
    select distinct
        linked_key as entity_key,
        anchor_key as parent_key
    from {{ ref('int_legal_entities_contradicted') }}
    where match_rule = 'branch_name'
),

found as (
    select
        branches.entity_key,
        coalesce(min(reported_under.parent_key), min(companies.entity_key)) as parent_key
    from branches
    left join reported_under on branches.entity_key = reported_under.entity_key
    left join companies on branches.company_name_key = companies.name_key
    group by branches.entity_key
)

select
    keys.legal_entity_id,
    parents.legal_entity_id as parent_legal_entity_id
from found
inner join keys on found.entity_key = keys.entity_key
inner join keys as parents on found.parent_key = parents.entity_key
where found.parent_key <> found.entity_key

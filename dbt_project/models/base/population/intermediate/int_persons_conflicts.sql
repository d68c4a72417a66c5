-- What every dataset says of a person's attribute where one contradicts the value that stands: a steward's choice, else what the
-- resident ID itself says, else the dataset that is believed first.  One row per person, attribute and dataset.
with

disputes as (
    select * from {{ ref('int_person_disputes') }}
),

persons as (
    select * from {{ ref('int_person_golden') }}
),

authority as (
    select * from {{ ref('attribute_authority') }}
    where entity_type = 'person'
),

contracts as (
    select * from {{ ref('stg_contracts') }}
),

decided as (
    {{ decided_datasets('person', ref('int_persons_id_changes')) }}
),

-- what survived is what its dataset says: a row whose birth contradicts its own ID counts for less than an older one
said as (
    select
        disputes.person_no,
        disputes.attribute,
        disputes.dataset_id,
        contracts.department_zh,
        case when authority.authority_rank = disputes.winner_rank then disputes.winner_value else disputes.value end as value,
        cast(disputes.changed_at as date) as changed_on,
        authority.authority_rank,
        case when authority.authority_rank = disputes.winner_rank then 0 else coalesce(authority.authority_rank, 99) end as place,
        'authority' as rule
    from disputes
    left join authority on disputes.attribute = authority.attribute and disputes.dataset_id = authority.dataset_id
    left join contracts on disputes.dataset_id = contracts.dataset_id
    union all
    select distinct
        person_no,
        attribute,
        'resident_id' as dataset_id,
        '公民身份号码' as department_zh,
        winner_value as value,
        cast(null as date) as changed_on,
        0 as authority_rank,
        0 as place,
        'identifier' as rule
    from disputes
    where winner_rank is null
),

ranked as (
    select
        persons.person_id as entity_id,
        said.attribute,
        said.dataset_id,
        said.department_zh,
        said.value,
        said.value as compared_value,
        said.changed_on,
        said.authority_rank,
        said.rule,
        decided.dataset_id is not null as is_decided,
        {{ decided_first('said.person_no, said.attribute', 'decided.dataset_id', 'said.place, said.dataset_id') }} as preference
    from said
    inner join persons on said.person_no = persons.person_no
    left join decided
        on
            persons.person_id = decided.entity_id
            and said.attribute = decided.attribute
            and said.dataset_id = decided.dataset_id
)

select * from ({{ conflicts_among('person', 'ranked') }}) as conflicts

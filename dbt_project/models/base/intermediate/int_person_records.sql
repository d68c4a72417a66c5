-- Every source record that names a person by resident ID, with the ID that the same record carries today: a department
-- that corrects an ID re-sends the record under its own number.  One row per source record.
with

register_rows as (
    select * from {{ ref('stg_public_security__resident_register') }}
),

social_rows as (
    select * from {{ ref('stg_human_resources__insured_persons') }}
),

medical_rows as (
    select * from {{ ref('stg_medical_insurance__insured_persons') }}
),

card_rows as (
    select * from {{ ref('stg_human_resources__social_security_cards') }}
),

issuance_rows as (
    select * from {{ ref('stg_human_resources__electronic_card_issuance') }}
),

activation_rows as (
    select * from {{ ref('stg_medical_insurance__voucher_activations') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

united as (
    select
        'public_security__resident_register' as dataset_id,
        person_register_no as source_key,
        resident_id,
        person_name,
        sex,
        birth_date,
        household_division_code as division_code,
        status,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from register_rows
    union all
    select
        'human_resources__insured_persons' as dataset_id,
        person_no || '|' || insurance_type_code as source_key,
        resident_id,
        person_name,
        sex,
        birth_date,
        insured_division_code as division_code,
        status,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from social_rows
    union all
    select
        'medical_insurance__insured_persons' as dataset_id,
        person_no || '|' || insurance_type_code as source_key,
        resident_id,
        person_name,
        null as sex,
        null as birth_date,
        insured_division_code as division_code,
        status,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from medical_rows
    union all
    select
        'human_resources__social_security_cards' as dataset_id,
        certificate_no as source_key,
        resident_id,
        person_name,
        null as sex,
        null as birth_date,
        issuing_division_code as division_code,
        status,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from card_rows
    union all
    select
        'human_resources__electronic_card_issuance' as dataset_id,
        issue_id as source_key,
        resident_id,
        null as person_name,
        null as sex,
        null as birth_date,
        issuing_division_code as division_code,
        issue_type_code as status,
        coalesce(updated_at, issued_at) as updated_at,
        delivery_id,
        sheet_name,
        line_number
    from issuance_rows
    union all
    select
        'medical_insurance__voucher_activations' as dataset_id,
        activation_id as source_key,
        resident_id,
        null as person_name,
        null as sex,
        null as birth_date,
        insured_division_code as division_code,
        activation_type_code as status,
        coalesce(updated_at, activated_at) as updated_at,
        delivery_id,
        sheet_name,
        line_number
    from activation_rows
),

dated as (
    select
        united.*,
        deliveries.file_name,
        deliveries.department_zh,
        deliveries.period_start,
        deliveries.period_end,
        deliveries.revision_no,
        coalesce(united.updated_at, cast(deliveries.period_end as timestamp)) as changed_at
    from united
    inner join deliveries on united.delivery_id = deliveries.delivery_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by dataset_id, source_key
            order by changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
        ) as recency,
        first_value(resident_id) over (
            partition by dataset_id, source_key
            order by changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
        ) as current_resident_id,
        max(period_end) over (partition by dataset_id) as newest_period_end
    from dated
)

select
    dataset_id,
    department_zh,
    source_key,
    resident_id,
    current_resident_id,
    person_name,
    sex,
    birth_date,
    division_code,
    status,
    changed_at,
    period_start,
    period_end,
    revision_no,
    -- medical insurance delivers the whole list each month: who is not on the newest one is not insured any more
    recency = 1 and (dataset_id <> 'medical_insurance__insured_persons' or period_end = newest_period_end) as is_current,
    delivery_id,
    file_name,
    sheet_name,
    line_number
from numbered

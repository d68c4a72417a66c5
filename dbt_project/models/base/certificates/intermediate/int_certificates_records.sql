-- Every source record that shows a certificate, in one shape, with the key of the certificate: its kind and its number. A
-- licence that the credit office publishes again is the one that the issuing department has under the same number.
-- One row per source record.
{#
    Which column of each dataset says what. `kind` and `number` tell certificates apart; `holder_no` and `holder_name` may
    hold several in one cell. An event of a card shows the card and says nothing about its state.
#}
{% set sources = {
    'human_resources__social_security_cards': {
        'kind': "'社会保障卡'", 'holder_no': 'resident_id', 'holder_name': 'person_name',
        'division_code': 'issuing_division_code', 'columns': ['status', 'issued_date', 'valid_to_date', 'updated_at'],
    },
    'human_resources__electronic_card_issuance': {
        'kind': "'社会保障卡'", 'holder_no': 'resident_id', 'columns': ['updated_at'],
        'division_code': 'issuing_division_code', 'only': 'certificate_no is not null',
    },
    'public_security__driving_licences': {
        'kind': "'机动车驾驶证'", 'number': "lpad(archive_no, 12, '0')", 'holder_no': 'resident_id',
        'holder_name': 'person_name',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'authority_name', 'updated_at'],
    },
    'public_security__residence_permits': {
        'kind': "'居住证'", 'holder_no': 'resident_id', 'holder_name': 'person_name',
        'only': 'certificate_no is not null', 'columns': ['status', 'issued_date', 'valid_to_date', 'updated_at'],
    },
    'civil_affairs__marriage_registrations': {
        'kind': "'婚姻登记证'", 'holder_no': 'husband_resident_id', 'holder_name': 'husband_name',
        'second_no': 'wife_resident_id', 'second_name': 'wife_name', 'issued_date': 'registered_date',
        'authority_name': 'entity_name', 'columns': ['status', 'division_code', 'updated_at'],
    },
    'health__birth_certificates': {
        'kind': "'出生医学证明'", 'holder_name': 'person_name', 'authority_name': 'entity_name',
        'columns': ['status', 'issued_date'],
    },
    'health__death_certificates': {
        'kind': "'死亡医学证明'", 'holder_no': 'resident_id', 'holder_name': 'person_name', 'authority_name': 'entity_name',
        'columns': ['status', 'issued_date'],
    },
    'market_supervision__business_licence_certificates': {
        'kind': "'营业执照'", 'holder_no': 'uscc', 'holder_name': 'entity_name',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'revoked_date', 'authority_name'],
    },
    'market_supervision__food_licences': {
        'kind': "'食品经营许可证'", 'holder_no': 'holder_identifier', 'holder_name': 'entity_name',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'authority_name', 'division_code',
                    'updated_at'],
    },
    'health__medical_institutions': {
        'kind': "'医疗机构执业许可证'", 'holder_no': 'uscc', 'holder_name': 'entity_name',
        'only': 'certificate_no is not null',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'division_code'],
    },
    'health__internet_hospital_licences': {
        'kind': "'互联网医院执业许可证'", 'holder_no': 'uscc', 'holder_name': 'entity_name',
        'only': 'certificate_no is not null',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'revoked_date', 'authority_name',
                    'division_code', 'updated_at'],
    },
    'emergency__hazardous_chemical_enterprises': {
        'kind': "'危险化学品安全许可证'", 'holder_no': 'uscc', 'holder_name': 'entity_name',
        'columns': ['valid_from_date', 'valid_to_date', 'division_code'],
    },
    'transport__road_transport_certificates': {
        'kind': "case when certificate_type_code = 'driver' then '道路运输从业资格证' else '道路运输证' end",
        'number': replace_all('certificate_no', '^[^0-9]+', ''), 'shown': replace_all('certificate_no', '^[^0-9]+', ''),
        'holder_no': 'coalesce(resident_id, uscc)',
        'holder_name': 'coalesce(person_name, entity_name)',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'authority_name'],
    },
    'science__high_tech_enterprises': {
        'kind': "'高新技术企业证书'", 'holder_no': 'uscc', 'holder_name': 'entity_name',
        'columns': ['status', 'issued_date', 'valid_from_date', 'valid_to_date', 'revoked_date', 'division_code'],
    },
    'natural_resources__property_certificates': {
        'kind': "'不动产权证书'", 'holder_no': 'holder_identifier', 'holder_name': 'right_holder_name',
        'columns': ['status', 'issued_date', 'valid_to_date', 'authority_name', 'updated_at'],
    },
    'development_reform__licence_publicity': {
        'kind': "'行政许可证'", 'holder_no': 'coalesce(uscc, resident_id)', 'holder_name': 'subject_name',
        'issued_date': 'decided_date', 'only': 'certificate_no is not null',
        'columns': ['status', 'valid_from_date', 'valid_to_date', 'authority_name'],
    },
} -%}
{% set shape = {'number_key': 'string', 'certificate_no': 'string'} -%}
{% do shape.update(dict.fromkeys([
    'kind', 'holder_no', 'holder_name', 'second_no', 'second_name', 'authority_name', 'division_code', 'status',
], 'string')) -%}
{% do shape.update(dict.fromkeys(['issued_date', 'valid_from_date', 'valid_to_date', 'revoked_date'], 'date')) -%}
{% do shape.update({'updated_at': 'timestamp'}) -%}
{% for source in sources.values() -%}
    {%- do source.update({
        'number_key': entity_name_key(source.get('number', 'certificate_no')),
        'certificate_no': source.get('shown', 'certificate_no'),
    }) -%}
{%- endfor -%}
{% set republished = 'development_reform__licence_publicity' -%}
with

united as (
    {{ said_by(sources, shape) }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

-- a number that certificates of one kind alone bear
issued as (
    select
        number_key,
        min(kind) as kind
    from united
    where dataset_id <> '{{ republished }}'
    group by number_key
    having count(distinct kind) = 1
),

told_apart as (
    select
        united.* exclude (kind),
        case when united.dataset_id = '{{ republished }}' then coalesce(issued.kind, united.kind) else united.kind end as kind,
        united.dataset_id = '{{ republished }}' as is_republished
    from united
    left join issued on {{ key_if("united.dataset_id = '" ~ republished ~ "'", 'united.number_key') }} = issued.number_key
)

select
    told_apart.dataset_id,
    deliveries.department_zh,
    -- cards were numbered before other certificates came: they keep their ids
    case
        when told_apart.kind = '社会保障卡' then {{ pseudonym('C', 'run.person_key', 'told_apart.certificate_no') }}
        else {{ pseudonym('C', 'run.person_key', "told_apart.kind || '|' || told_apart.number_key") }}
    end as certificate_id,
    told_apart.kind as certificate_type_zh,
    told_apart.certificate_no,
    told_apart.number_key,
    told_apart.is_republished,
    told_apart.dataset_id = 'human_resources__electronic_card_issuance' as is_event,
    told_apart.holder_no,
    told_apart.holder_name,
    told_apart.second_no,
    told_apart.second_name,
    told_apart.authority_name,
    told_apart.division_code,
    told_apart.status,
    told_apart.issued_date,
    told_apart.valid_from_date,
    -- 长期 is written as a day that nobody lives to see
    case when told_apart.valid_to_date < cast('2090-01-01' as date) then told_apart.valid_to_date end as valid_to_date,
    told_apart.revoked_date,
    coalesce(told_apart.updated_at, cast(deliveries.period_end as timestamp)) as changed_at,
    deliveries.period_start,
    deliveries.period_end,
    deliveries.revision_no,
    told_apart.delivery_id,
    deliveries.file_name,
    told_apart.sheet_name,
    told_apart.line_number
from told_apart
inner join deliveries on told_apart.delivery_id = deliveries.delivery_id
cross join run
where told_apart.number_key is not null

{# The attributes of a person that several departments state, in the order of base.dim_persons. #}
{% macro person_attributes() %}
    {{ return([
        'person_name', 'sex', 'birth_date', 'death_date', 'ethnicity', 'marital_status_code', 'phone',
        'household_division_code', 'insured_division_code',
    ]) }}
{% endmacro %}

{# One row for each `key` of a relation of person records with their ranks (ranked_person_records): what survives of each
   attribute, what the matching compares, and whether the records disagree. A record whose birth column contradicts its
   own resident ID is believed only where no other speaks: its rank is 16 worse. #}
{% macro person_survivors(key, relation) %}
    select
        {{ key }},
        max(case when anchor_no = {{ key }} then resident_id end) as resident_id,
        max(case when anchor_no = {{ key }} then identifier_birth_no end) as identifier_birth_no,
        {%- for attribute in person_attributes() %}
        {{ surviving(attribute, attribute ~ '_rank') }},
        {%- endfor %}
        min_by(name_key, {{ preference('person_name_rank', 'staleness') }}) as name_key,
        min_by(status, case when is_register then staleness end) as register_status,
        min_by(changed_date, case when is_register then staleness end) as register_changed_date,
        min_by(household_no, case when is_register then staleness end) as household_no,
        {%- for kind in ['employee_pension', 'institution_pension', 'resident_pension', 'unemployment', 'work_injury'] %}
        min_by(status = 'insured', case when is_social and insurance_type_code = '{{ kind }}' then staleness end)
            as has_{{ kind }},
        {%- endfor %}
        max(case when is_on_medical_list and status = 'insured' then 1 else 0 end) = 1 as is_medically_insured,
        min(period_start) as valid_from,
        bit_count(bit_or(dataset_bit)) as source_count,
        min(match_score) as match_score,
        min(name_no) <> max(name_no) as has_other_names,
        max(case when is_birth_contradicted then 1 else 0 end) = 1 as has_other_births,
        coalesce(min(sex) <> max(sex), false) as has_other_sexes,
        coalesce(min(death_date) <> max(death_date), false) as has_other_deaths
    from {{ relation }}
    group by {{ key }}
{% endmacro %}

{# The records of each person, wherever their identifier would put them; of some persons alone where `persons`, a relation
   with `person_no`, is given. The CTEs settled and merged are int_person_settled and int_person_merges; the records are
   named here, since a CTE of them that is read twice would be written out whole. #}
{% macro records_of_persons(persons=none) %}
    select
        placed.* exclude (is_birth_contradicted),
        coalesce(placed.birth_no <> {{ birth_of_identifier('placed.person_no') }}, false) as is_birth_contradicted
    from (
        select
            records.*,
            coalesce(settled.person_no, merged.current_no, records.anchor_no) as person_no,
            coalesce(
                cast(settled.match_score as decimal(5, 4)), case when records.is_birth_contradicted then 0.9 else 1 end
            ) as match_score
        from {{ ref('int_person_records') }} as records
        left join settled on records.record_no = settled.record_no
        left join merged on records.anchor_no = merged.former_no
    ) as placed
    {%- if persons %}
    where placed.person_no in (select wanted.person_no from {{ persons }} as wanted)
    {%- endif %}
{% endmacro %}

{# Person records with the authority ranks of their dataset. `relation` has the columns of int_person_records. The name
   of a row without any letters of a name (王之女) is not a name. #}
{% macro ranked_person_records(relation) %}
    select
        records.*,
        {%- for attribute in person_attributes() %}
        ranks.{{ attribute }}_rank + case when records.is_birth_contradicted then 16 else 0 end as {{ attribute }}_rank,
        {%- endfor %}
        records.dataset_id = 'public_security__resident_register' as is_register,
        records.dataset_id = 'human_resources__insured_persons' as is_social,
        records.dataset_id = 'medical_insurance__insured_persons' and records.period_end = lists.newest_list
            as is_on_medical_list
    from {{ relation }} as records
    left join ranks on records.dataset_id = ranks.dataset_id
    cross join lists
{% endmacro %}

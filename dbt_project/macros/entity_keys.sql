{# How names and numbers of legal entities are brought to one spelling before they are compared. Nothing here guesses: two
   texts become equal only where they differ in width, case, blanks, brackets or punctuation. #}

{# Full-width letters, digits and brackets as half-width ones. #}
{% macro half_width(text) -%}
    translate(
        {{ text }},
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ（）［］',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz()[]'
    )
{%- endmacro %}

{# A number without blanks, hyphens and brackets, in upper case; nothing left is null. #}
{% macro plain_code(text) -%}
    nullif(upper({{ replace_all(half_width(text), '[^0-9A-Za-z]', '') }}), '')
{%- endmacro %}

{# A name by its Chinese characters, letters and digits alone. A district in brackets behind the name is the unit's branch
   office in the eyes of the department, no part of the name; 江苏省常州市, 常州市 and 常州 before it are written for each other. #}
{% macro entity_name_key(text) -%}
    nullif(
        upper({{ replace_all(
            replace_all(
                replace_all(
                    half_width(text), '[(](常州|天宁|钟楼|新北|武进|金坛|溧阳|经开|经济开发|高新)[区市]?[)][ ]*$', ''
                ),
                '[^0-9A-Za-z' ~ han() ~ ']', ''
            ),
            '^(江苏省?)?常州市', '常州'
        ) }}),
        ''
    )
{%- endmacro %}

{# An address without the names of province and city in front, which some departments leave out. #}
{% macro entity_address_key(text) -%}
    nullif({{ replace_all(entity_name_key(text), '^(江苏省?)?(常州市?)?', '') }}, '')
{%- endmacro %}

{# The part of a resident ID that is equal in its old and its present length: area, birth without century, sequence. #}
{% macro resident_key(code) -%}
    case
        when {{ is_resident_id(code) }} then substr({{ code }}, 1, 6) || substr({{ code }}, 9, 9)
        when {{ matches(code, '^[1-9][0-9]{14}$') }} then {{ code }}
    end
{%- endmacro %}

{# Which kind of number a plain code is, by its shape (GB 11643, GB 32100, GB 11714). A credit code that reads like a
   resident ID would need a division code that ends in 18, 19 or 20; no division of the city does. #}
{% macro is_resident_id(code) -%}
    {{ matches(
        code, '^[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$'
    ) }}
{%- endmacro %}

{% macro is_credit_code(code) -%}
    ({{ matches(code, '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$') }} and not {{ is_resident_id(code) }})
{%- endmacro %}

{% macro is_registration_no(code) -%}{{ matches(code, '^([0-9]{13}|[0-9]{15})$') }}{%- endmacro %}

{% macro is_organisation_code(code) -%}{{ matches(code, '^[0-9A-Z]{8}[0-9X]$') }}{%- endmacro %}

{# Characters 9 to 17 of a credit code are the organisation code that older numbers were made of (GB 32100-2015). #}
{% macro organisation_code_of(uscc) -%}substr({{ uscc }}, 9, 9){%- endmacro %}

{# Alive, licence revoked or ended, in whichever words of a register. #}
{% macro entity_status(status, revoked_date) -%}
    case
        when {{ status }} = 'revoked' or {{ status }} like '%未注销%' then 'revoked'
        when {{ status }} in ('deregistered', 'closed', 'cancelled') or {{ status }} like '%注销%' or {{ status }} like '%撤销%' then 'deregistered'
        when {{ status }} like '%吊销%' then 'revoked'
        when {{ revoked_date }} is not null then 'deregistered'
        when {{ status }} is not null then 'active'
    end
{%- endmacro %}

{# The kind of an entity: a branch by its form or name, else by the first two characters of its code (GB 32100-2015: managing
   department and category), else by the register that knows it. #}
{% macro entity_kind(uscc, entity_type, name_key, usual) -%}
    case
        when {{ entity_type }} like '%分公司%' or {{ entity_type }} like '%分支%' or {{ is_branch_name(name_key) }} then 'branch'
        when substr({{ uscc }}, 1, 2) = '92' then 'self_employed'
        when substr({{ uscc }}, 1, 2) = '93' or {{ entity_type }} like '%合作社%' then 'cooperative'
        when substr({{ uscc }}, 1, 1) = '9' then 'enterprise'
        when substr({{ uscc }}, 1, 2) = '12' then 'institution'
        when substr({{ uscc }}, 1, 1) = '1' then 'organ'
        when substr({{ uscc }}, 1, 1) = '5' then 'social_organisation'
        else {{ usual }}
    end
{%- endmacro %}

{% macro is_branch_name(name_key) -%}
    {{ matches(name_key, '公司.+(分公司|分店|营业部|办事处|分厂|经营部|门店)$') }}
{%- endmacro %}

{# The newest row of a record comes first. #}
{% macro newest_first() -%}
    changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
{%- endmacro %}

{# To whom each number belongs by its best claims, and how many they name. #}
{% macro settled_numbers(claims, keys) -%}
select
    {{ keys | join(', ') }},
    min(anchor_key) as anchor_key,
    count(distinct anchor_key) as owner_count
from (
    select
        *,
        min(priority) over (partition by {{ keys | join(', ') }}) as best_priority
    from {{ claims }}
) as claimed
where priority = best_priority
group by {{ keys | join(', ') }}
{%- endmacro %}

{# A full name of an organisation, long enough and ending like one; a person's name or a sign-board is none. #}
{% macro is_organisation_name(name_key) -%}
    (length({{ name_key }}) >= 7 and {{ matches(
        name_key,
        '(公司|厂|社|院|所|校|园|部|店|行|中心|场|站|局|会|馆|协会|学会|基金会|企业|合伙|幼儿园|委员会|医院|学校)$'
    ) }})
{%- endmacro %}

{% macro starts_with(text, beginning) -%}substr({{ text }}, 1, length({{ beginning }})) = {{ beginning }}{%- endmacro %}

{# 1 for the newest row of each question. #}
{% macro newest_of(review) -%}
    row_number() over (
        partition by {{ review }}
        order by
            records.changed_at desc, records.period_end desc, records.revision_no desc, records.delivery_id desc,
            records.line_number desc
    )
{%- endmacro %}

{# The first of several days; missing ones do not count. #}
{% macro earliest_of(days) -%}
    nullif(
        least({% for day in days %}coalesce({{ day }}, cast('9999-12-31' as date)){{ ', ' if not loop.last }}{% endfor %}),
        cast('9999-12-31' as date)
    )
{%- endmacro %}

{# Whether a name may be that of a person: short, or with the middle dot of other peoples' names, and without a word that
   ends the names of organisations. Stalls and farm households without a name of their own bear that of their head. #}
{% macro may_be_a_person(name) -%}
    coalesce(
        (length({{ name }}) <= 4 or strpos({{ name }}, '·') > 0)
        and not {{ matches(name, '(公司|厂|店|社|部|院|校|会|中心|所|站|局|馆|园|场|坊|铺|行|处|厅|队|区)$') }}, false
    )
{%- endmacro %}

{# What the first record of an entity is told apart by for ever, where the number in it is another entity's. #}
{% macro entity_record_key() -%}
    'entity|record|' || dataset_id || '|' || coalesce(source_key, '')
    || case when has_record_no then '' else '|' || coalesce(name_key, '') end
{%- endmacro %}

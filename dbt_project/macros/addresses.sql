{# Addresses as text. One way of reading for the police's register and for every department, so that both come out alike. #}

{# Full-width digits and brackets made plain, blanks taken out, 栋, 号楼, 座 and # behind a number written as 幢. #}
{% macro normalised_address(text) -%}
regexp_replace(
    translate({{ text }}, '０１２３４５６７８９（）－—–＃　 ', '0123456789()---#'),
    '([0-9])(?:栋|号楼|座|#)', '\1幢', 'g'
)
{%- endmacro %}

{# Number of a text: the same for all spellings that come out alike. #}
{% macro address_key(normalised) -%}substr({{ sha256_hex(normalised) }}, 1, 20){%- endmacro %}

{# A province, or one of the four cities that are one, at the head of an address. #}
{% macro province_of(address) -%}
regexp_extract({{ address }}, '^(江苏省?|[^省市区县0-9]{2,3}省|[^省市区县0-9]{2,6}自治区|(?:北京|上海|天津|重庆)市)', 1)
{%- endmacro %}

{# The shortest beginning that ends like the name of a city, district or county. #}
{% macro division_name_of(address) -%}regexp_extract({{ address }}, '^([^0-9]{1,7}?(?:市|区|县))', 1){%- endmacro %}

{# The shortest beginning that ends like the name of a street or town. #}
{% macro street_name_of(address) -%}regexp_extract({{ address }}, '^([^0-9]{1,8}?(?:街道|镇|乡))', 1){%- endmacro %}

{# What is left behind a beginning. #}
{% macro behind(address, beginning) -%}substr({{ address }}, length({{ beginning }}) + 1){%- endmacro %}

{# Road or estate, number, building, unit and room of what stands behind the street; null as a whole if it is not written so. #}
{% macro address_parts(rest) -%}
regexp_extract(
    {{ rest }},
    '^([^0-9]+)((?:[0-9]+(?:-[0-9]+)?号(?:之[0-9]+|甲|乙|丙)?)?)(?:([0-9]+)幢)?(?:([0-9]+)(?:单元|-))?([0-9]*)室?(.*)$',
    ['lane', 'house_no', 'building_no', 'unit_no', 'room_no', 'more']
)
{%- endmacro %}

{# A road or estate without the community that some departments write before it. #}
{% macro without_community(lane) -%}regexp_replace({{ lane }}, '^.{1,6}?(?:社区|居委会|村委会|村)', ''){%- endmacro %}

{# Number of a standard address; null where there is none. #}
{% macro address_id(address_code) -%}
case when {{ address_code }} is not null then 'A' || substr({{ sha256_hex("'address|' || " ~ address_code) }}, 1, 20) end
{%- endmacro %}

{# Number of a place, from the kind of place and the number of the department that answers for it. #}
{% macro place_id(place_key) -%}'L' || substr({{ sha256_hex(place_key) }}, 1, 20){%- endmacro %}

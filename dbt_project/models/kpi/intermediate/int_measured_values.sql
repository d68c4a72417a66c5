-- All indicators that are computed from deliveries, under one roof.  One row per indicator, region and month.
{% for model in [
    'indicator_07_government_systems_on_cloud', 'indicator_10_shared_resources', 'indicator_17_medical_voucher_coverage',
    'indicator_20_electronic_card_activation', 'indicator_21_zero_visit_items', 'indicator_22_online_items',
    'indicator_23_online_cases', 'indicator_26_controlled_junctions', 'indicator_34_cloud_enterprises',
] %}
    select
        indicator_no,
        region_code,
        period,
        numerator,
        denominator,
        value,
        definition_version
    from {{ ref(model) }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}

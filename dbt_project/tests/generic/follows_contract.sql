{# A dataset keeps its contract: required cells are filled, codes are of their list. Each row it returns names the column
   and the rule that is broken, with the number of rows. #}
{% test follows_contract(model, required, codes={}) %}

    {{ broken_contract_rules(model, required, codes) }}

{% endtest %}

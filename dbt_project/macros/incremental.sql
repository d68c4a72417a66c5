{# A night that goes on from the last one. Only deliveries that are new are worked on; whatever took rows away (a
   withdrawal, a new revision, a correction) or changed a steward's decision makes these models start over, in the same
   tables, so that there is one rule for what is exact and not one for each kind of change. #}

{# Whether this build has nothing but new deliveries on top of an earlier one. From nothing every delivery is new. #}
{% macro only_grows() %}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {%- set found = run_query("
        select
            (select count(*) from lake.changed_decisions)
            + (select count(*) from lake.changed_deliveries where change <> 'added') as changed,
            (select count(*) from lake.active_deliveries) as active,
            (select count(*) from lake.changed_deliveries where change = 'added') as added") -%}
    {%- set changed, active, added = found.rows[0] -%}
    {{ return(changed == 0 and active > added) }}
{% endmacro %}

{# Pre-hook of an incremental model: forgets the rows that are about to be worked out again, or all of them. A layer that
   is run again after a crash forgets what it wrote the first time. #}
{% macro forget(column, touched) %}
    {%- if not is_incremental() -%}
        select 1
    {%- elif only_grows() -%}
        delete from {{ this }} where {{ column }} in (select {{ column }} from {{ touched }})
    {%- else -%}
        delete from {{ this }}
    {%- endif -%}
{% endmacro %}

{# Ids of the new deliveries as a list of literals, so that the scan of the others' files is left out. #}
{% macro added_deliveries() %}
    {%- set found = run_query("select delivery_id from lake.changed_deliveries where change = 'added'") if execute -%}
    {%- set ids = found.columns[0].values() if execute else [] -%}
    {{ return("('" ~ ids | join("', '") ~ "')") }}
{% endmacro %}

{# The same for the model that holds the records themselves: it knows exactly which rows are gone. #}
{% macro forget_deliveries() %}
    {%- if is_incremental() -%}
        delete from {{ this }} where delivery_id in (select delivery_id from lake.changed_deliveries)
    {%- else -%}
        select 1
    {%- endif -%}
{% endmacro %}

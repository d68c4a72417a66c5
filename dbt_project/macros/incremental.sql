{# A night that goes on from the last one. Only deliveries that are new are worked on; whatever took rows away (a
   withdrawal, a new revision, a correction) or changed a steward's decision makes these models start over, in the same
   tables, so that there is one rule for what is exact and not one for each kind of change. #}

{# What tonight brings: whether it only adds, and which deliveries of which dataset. Asked once a run and kept beside the graph
   of the project, which every model of the run sees. #}
{% macro tonight() %}
    {%- if 'tonight' not in graph -%}
        {%- set counted = run_query("
            select
                (select count(*) from lake.changed_decisions)
                + (select count(*) from lake.changed_deliveries where change <> 'added') as changed,
                (select count(*) from lake.active_deliveries) as active,
                (select count(*) from lake.changed_deliveries where change = 'added') as added").rows[0] -%}
        {%- set added = run_query("
            select delivery_id, active.dataset_id
            from lake.changed_deliveries
            inner join lake.active_deliveries as active using (delivery_id)
            where change = 'added'
            order by delivery_id").rows -%}
        {%- do graph.update({'tonight': {'only_grows': counted[0] == 0 and counted[1] > counted[2], 'added': added}}) -%}
    {%- endif -%}
    {{ return(graph['tonight']) }}
{% endmacro %}

{# Whether this build has nothing but new deliveries on top of an earlier one. From nothing every delivery is new. #}
{% macro only_grows() %}
    {{ return(execute and tonight()['only_grows']) }}
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

{# Ids of the new deliveries, of one dataset or of all, as a list of literals, so that the scan of the others' files is left
   out. #}
{% macro added_deliveries(dataset_id=none) %}
    {%- set ids = [] -%}
    {%- for delivery_id, dataset in (tonight()['added'] if execute else []) if dataset_id in (none, dataset) -%}
        {%- do ids.append(delivery_id) -%}
    {%- endfor -%}
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

{# How an attribute changed, from what its believed dataset said one day after the other. `statements` is a relation with
   entity_id, attribute, dataset_id, value, compared_value (spellings of one thing are no change), said_on (a date that never
   falls as said_no rises) and said_no. The last statement of a day counts. Intervals are half-open: valid_from is the first
   day of a value, valid_to the first day of the next. A value that never changed gives no row: the golden row has it. #}
{% macro attribute_history(statements) %}
    select
        entity_id,
        attribute,
        dataset_id,
        value,
        valid_from,
        lead(valid_from) over (partition by entity_id, attribute order by valid_from) as valid_to
    from (
        select
            entity_id,
            attribute,
            dataset_id,
            value_no,
            min(said_on) as valid_from,
            max_by(value, said_on) as value,
            count(*) over (partition by entity_id, attribute) as value_count
        from (
            select
                *,
                sum(case when is_changed then 1 else 0 end) over (
                    partition by entity_id, attribute order by said_on
                ) as value_no
            from (
                select
                    *,
                    not coalesce(
                        lag(compared_value) over (partition by entity_id, attribute order by said_on) = compared_value, false
                    ) as is_changed
                from (
                    select
                        *,
                        row_number() over (
                            partition by entity_id, attribute, said_on order by said_no desc
                        ) as place_of_day
                    from {{ statements }}
                ) as said
                where place_of_day = 1
            ) as compared
        ) as numbered
        group by entity_id, attribute, dataset_id, value_no
    ) as spans
    where value_count > 1
{% endmacro %}

{# Counts, at every month end and for every region, the spells that are open then. The caller defines the CTEs `months`
   (month ends), `members` (int_region_members) and `spells`: part ('numerator' or 'denominator'), region_code,
   counted_from, counted_to. A spell counts from the month of its first day until the month before its last one; no first
   day means since before the first month, no region means the city only. What comes out is the CTE `stock`. #}
{% macro month_end_stock() -%}
changes as (
    select part, region_code, counted_from as changed_date, 1 as change from spells
    where counted_to is null or counted_from is null or counted_to > counted_from
    union all
    select part, region_code, counted_to as changed_date, -1 as change from spells
    where counted_to is not null and (counted_from is null or counted_to > counted_from)
),

first_month as (
    select min(month_end) as month_end from months
),

placed as (
    select
        changes.part,
        coalesce(changes.region_code, 'city') as member_region_code,
        -- changes before the first month are all in by then
        case
            when changes.changed_date is null or changes.changed_date < first_month.month_end then first_month.month_end
            else last_day(changes.changed_date)
        end as month_end,
        changes.change
    from changes
    cross join first_month
),

monthly as (
    select
        members.region_code,
        placed.month_end,
        sum(case when placed.part = 'numerator' then placed.change else 0 end) as numerator_change,
        sum(case when placed.part = 'denominator' then placed.change else 0 end) as denominator_change
    from placed
    inner join members on placed.member_region_code = members.member_region_code
    group by members.region_code, placed.month_end
),

reported_regions as (
    select distinct region_code from monthly
),

stock as (
    select
        reported_regions.region_code,
        {{ month_label('months.month_end') }} as period,
        sum(coalesce(monthly.numerator_change, 0)) over (
            partition by reported_regions.region_code order by months.month_end
        ) as numerator,
        sum(coalesce(monthly.denominator_change, 0)) over (
            partition by reported_regions.region_code order by months.month_end
        ) as denominator
    from reported_regions
    cross join months
    left join monthly
        on reported_regions.region_code = monthly.region_code and months.month_end = monthly.month_end
)
{%- endmacro %}

{# The last step of an indicator that is a share of stocks. #}
{% macro stock_share(indicator_no) -%}
select
    {{ indicator_no }} as indicator_no,
    region_code,
    period,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    {{ share_pct('numerator', 'denominator') }} as value,
    'citylake-1' as definition_version
from stock
where denominator > 0
{%- endmacro %}

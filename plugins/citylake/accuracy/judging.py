"""Judging planted faults: what was caught, what was missed, which sound rows and files were accused.

What catches a fault is told by its `expected`:

    refused, held, duplicate, superseded   the delivery has this status, or had it before a better file replaced it
    late, overdue, warned                  it came late; the calendar says that nothing came; it bears a warning
    rejected                               the row stands in the quarantine
    left_out                               the row is kept, the value stands in the quarantine as noted
    repaired, accepted, deduplicated       the row does not stand in the quarantine
    flagged                                a value is noted, the link, the place or the lack of a holder is a flag, or
                                           a review asks
    review                                 a review asks about the row, or about the entity that it stands in
    settled                                the row stands with the thing that it truly is about, or a review asks
    unlinked                               the row does not stand with any other row in one entity; its certificate may

A row's fault in a file that was refused, held or never came is hidden: neither caught nor missed. So is any other fault
of a row that a planted fault sets aside.
"""

from __future__ import annotations

from citylake.accuracy.city import City

# What a department's whole file suffers; everything else happens to a row.
OF_FILES = ("refused", "held", "duplicate", "superseded", "late", "overdue", "warned")
_HARMLESS = ("repaired", "accepted", "deduplicated")
# Coordinates that stand as their department gave them, or that it did not give at all.
_SOUND_COORDINATES = ("as_declared", "none")
_OTHER_CITY = "other_city"

_QUARANTINED = """
create temp table quarantined as
select
    rows.dataset_id,
    rows.file_name,
    coalesce(rows.sheet_name, '') as sheet,
    rows.line_number,
    bool_or(rows.status <> 'noted') as is_rejected,
    list(distinct rows.reason_code) as reasons,
    min(rows.column_name) as column_name
from quality.fct_quarantined_rows as rows
inner join quality.fct_deliveries as deliveries
    on rows.delivery_id = deliveries.delivery_id and deliveries.status = 'accepted'
group by all
"""

_FILES = """
create temp table files as
select
    file_name,
    list(distinct deliveries.status) || coalesce(list(distinct outcomes.status), []) as statuses,
    list(distinct deliveries.reason_code) || coalesce(list(distinct outcomes.reason_code), []) as reasons,
    bool_or(deliveries.is_late) as is_late,
    bool_or(deliveries.status = 'accepted') as is_taken,
    bool_or(coalesce(deliveries.message, '') <> '') as is_warned
from quality.fct_deliveries as deliveries
-- what was held before a better file replaced it
left join quality.fct_outcomes as outcomes
    on deliveries.delivery_id = outcomes.delivery_id and outcomes.status = 'held'
group by all
"""

# Periods are told by their digits, as in the file name: 2025-09-30 is 20250930.
_FILE_FAULTS = f"""
create temp table file_faults as
select
    planted.fault_no,
    false as is_hidden,
    case planted.expected
        when 'late' then coalesce(files.is_late, false)
        when 'warned' then coalesce(files.is_warned, false)
        when 'overdue' then missing.dataset_id is not null
        else coalesce(list_contains(files.statuses, planted.expected), false)
    end as is_caught,
    planted.reason <> '' and not coalesce(list_contains(files.reasons, planted.reason), false) as is_other_reason
from truth_faults as planted
left join files on planted.file = files.file_name
left join (
    select distinct dataset_id, replace(business_period, '-', '') as label
    from quality.fct_delivery_calendar
    where delivery_state = 'missing'
) as missing
    on planted.dataset_id = missing.dataset_id and regexp_extract(planted.file, '_(\\d{{4,8}})', 1) = missing.label
where planted.expected in {OF_FILES}
"""


def _row_faults(city: City) -> str:
    flags, reviews = _flags(city), _reviews(city)
    return f"""
    create temp table row_faults as
    with

    planted as (
        select * from truth_faults where expected not in {OF_FILES}
    ),

    flagged as (
        {flags}
    ),

    reviewed as (
        {reviews}
    ),

    settled as (
        select distinct records.file_name, records.sheet, records.line_number
        from records
        inner join main_entities using (entity_type, true_entity_id, entity_id)
    ),

    set_aside as (
        select distinct file, coalesce(sheet, '') as sheet, line from planted where expected = 'rejected'
    ),

    linked as (
        select distinct links.dataset_id, links.file_name, coalesce(links.sheet_name, '') as sheet, links.line_number
        from base.fct_entity_links as links
        inner join records
            on
                links.entity_type = records.entity_type
                and links.entity_id = records.entity_id
                and (links.file_name, links.line_number) <> (records.file_name, records.line_number)
        inner join planted
            on
                planted.expected = 'unlinked'
                and links.file_name = planted.file
                and links.line_number = planted.line
                and coalesce(links.sheet_name, '') = coalesce(planted.sheet, '')
        -- a certificate is told by its number, and names nobody
        where links.role = 'self' and links.entity_type <> 'certificate'
    )

    select
        planted.fault_no,
        not coalesce(files.is_taken, false) or (planted.expected <> 'rejected' and set_aside.line is not null)
            as is_hidden,
        case
            when planted.line is null then coalesce(files.is_taken, false)
            when planted.expected in {_HARMLESS} then not coalesce(quarantined.is_rejected, false)
            when planted.expected = 'rejected' then coalesce(quarantined.is_rejected, false)
            when planted.expected = 'left_out' then coalesce(not quarantined.is_rejected, false)
            when planted.expected = 'flagged'
                then coalesce(quarantined.line_number, flagged.line_number, reviewed.line_number) is not null
            when planted.expected = 'review' then reviewed.line_number is not null
            when planted.expected = 'settled' then coalesce(settled.line_number, reviewed.line_number) is not null
            when planted.expected = 'unlinked' then linked.line_number is null
            else false
        end as is_caught,
        planted.expected in ('rejected', 'left_out') and planted.reason <> ''
        and not coalesce(list_contains(quarantined.reasons, planted.reason), false) as is_other_reason
    from planted
    left join files on planted.file = files.file_name
    left join quarantined
        on planted.file = quarantined.file_name
        and coalesce(planted.sheet, '') = quarantined.sheet and planted.line = quarantined.line_number
    left join flagged
        on planted.file = flagged.file_name
        and coalesce(planted.sheet, '') = flagged.sheet and planted.line = flagged.line_number
    left join reviewed
        on planted.file = reviewed.file_name
        and coalesce(planted.sheet, '') = reviewed.sheet and planted.line = reviewed.line_number
    left join settled
        on planted.file = settled.file_name
        and coalesce(planted.sheet, '') = settled.sheet and planted.line = settled.line_number
    left join set_aside
        on planted.file = set_aside.file
        and coalesce(planted.sheet, '') = set_aside.sheet and planted.line = set_aside.line
    left join linked
        on planted.dataset_id = linked.dataset_id and planted.file = linked.file_name
        and coalesce(planted.sheet, '') = linked.sheet and planted.line = linked.line_number
    """


_PLACE = "links.file_name, coalesce(links.sheet_name, '') as sheet, links.line_number"
_NOWHERE = "select '' as file_name, '' as sheet, 0::bigint as line_number where false"


def _flags(city: City) -> str:
    """SQL of the rows whose link or place bears a flag."""
    parts = [f"select {_PLACE} from base.fct_entity_links as links where links.match_rule like '%differs'"]
    if "holder_id" in city.columns("base.dim_certificates"):
        parts.append(
            f"select {_PLACE} from base.fct_entity_links as links"
            " inner join base.dim_certificates as certificates on links.entity_id = certificates.certificate_id"
            " where links.entity_type = 'certificate' and certificates.holder_id is null"
        )
    if city.columns("base.fct_place_coordinates"):
        sound = f"links.coordinate_quality in {_SOUND_COORDINATES}"
        parts.append(f"select {_PLACE} from base.fct_place_coordinates as links where not {sound}")
    if city.columns("base.fct_address_records"):
        parts.append(
            f"select {_PLACE} from base.fct_address_records as links"
            " inner join base.fct_address_links as addresses on links.address_key = addresses.address_key"
            f" where addresses.rule = '{_OTHER_CITY}'"
        )
    return " union ".join(parts)


def _reviews(city: City) -> str:
    """SQL of the rows that a review asks about, by themselves or through the entity in which they stand."""
    if not city.columns("quality.fct_match_reviews"):
        return _NOWHERE
    return f"""
        select {_PLACE} from quality.fct_match_reviews as links
        union
        select {_PLACE} from base.fct_entity_links as links
        inner join (
            select entity_type, subject_id as entity_id from quality.fct_match_reviews
            union
            select entity_type, candidate_id from quality.fct_match_reviews
        ) as asked using (entity_type, entity_id)
    """


# A row is clean when nothing was planted on its line that could set it aside.
_ACCUSED_ROWS = """
create temp table accused_rows as
select quarantined.*
from quarantined
left join (
    select distinct file, coalesce(sheet, '') as sheet, line
    from truth_faults
    where expected in ('rejected', 'flagged', 'review', 'settled', 'unlinked')
) as planted
    on
        quarantined.file_name = planted.file
        and quarantined.sheet = planted.sheet
        and quarantined.line_number = planted.line
where quarantined.is_rejected and planted.file is null
"""

_ACCUSED_FILES = f"""
create temp table accused_files as
select deliveries.dataset_id, deliveries.file_name, deliveries.status, deliveries.reason_code
from quality.fct_deliveries as deliveries
left join (
    select distinct file from truth_faults where expected in {OF_FILES}
) as planted on deliveries.file_name = planted.file
where deliveries.status in ('refused', 'held') and planted.file is null
"""


def judge_faults(city: City) -> None:
    """Makes the temporary tables `judged`, `accused_rows` and `accused_files`."""
    for sql in (_QUARANTINED, _FILES, _FILE_FAULTS, _row_faults(city), _ACCUSED_ROWS, _ACCUSED_FILES):
        city.run(sql)
    city.run("create temp table judged as select * from file_faults union all by name select * from row_faults")

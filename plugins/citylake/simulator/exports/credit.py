"""What stands on the credit platform and with the offices that report to it: licences, penalties, lists, repairs."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import credit_texts, dirt_credit
from citylake.simulator.exports.entities import MARKET_OFFICES
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import last_day, touched
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.credit import LISTING_REASONS, RED_LISTS, Records
from citylake.simulator.world.entities import SELF_EMPLOYED, either, where

SUBJECTS = ["legal_entity", "self_employed", "person"]
PENALTIES = ["warning", "fine", "confiscation", "warning_fine", "fine_confiscation", "suspension"]
PENALTIES += ["licence_revoked", "other"]
LICENCES = ["general", "special", "recognition", "approval", "registration", "other"]
DELISTED = ["已补报年度报告", "已公示即时信息", "已更正公示信息", "已变更住所或者取得联系"]


def subject(world: World, book: Records, rows: np.ndarray, on: int) -> dict[str, pl.Series]:
    """Who the record is about: names, codes, person's ID, and the link columns."""
    entities, people = world.enterprises, world.people
    entity, person = book.entity[rows], book.person[rows]
    is_entity = entity >= 0
    is_shop = entities.kind[np.maximum(entity, 0)] == SELF_EMPLOYED
    is_organisation = is_entity & ~is_shop
    is_registered = is_entity & (entities.kind[np.maximum(entity, 0)] <= SELF_EMPLOYED)
    sort = np.where(is_entity, is_shop.astype(np.int64), 2)
    return {
        "subject_name": either(
            is_entity, lambda at: entities.names(entity[at], on), lambda at: people.names(person[at])
        ),
        "subject_type_code": pick(SUBJECTS, sort),
        "uscc": either(is_entity, lambda at: entities.usccs(entity[at])),
        "registration_no": either(is_registered, lambda at: entities.registration_nos(entity[at])),
        "organisation_code": either(is_organisation, lambda at: entities.organisation_codes(entity[at])),
        "legal_representative_name": either(
            is_entity, lambda at: people.names(entities.representatives(entity[at], on))
        ),
        "resident_id": either(~is_entity, lambda at: people.resident_ids(person[at])),
        "_legal_entity": pl.Series(entity),
        "_credit_subject": pl.Series(book.subjects(rows)),
    }


def _division(world: World, book: Records, rows: np.ndarray) -> np.ndarray:
    entity, person = book.entity[rows], book.person[rows]
    own = world.enterprises.division[np.maximum(entity, 0)]
    return np.where(entity >= 0, own, world.people.division[np.maximum(person, 0)]).astype(np.int64)


def _news(book: Records, period: Period) -> np.ndarray:
    return touched(period, book.made, book.closed)


def _closed(book: Records, rows: np.ndarray, on: int) -> tuple[np.ndarray, pl.Series]:
    """Whether each record is closed on a day, and the day on which it was."""
    is_closed = book.is_closed_on(on, rows)
    return is_closed, dates(np.where(is_closed, book.closed[rows], NO_DAY))


def licences(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Decisions to license, published within the week, and those withdrawn since."""
    book, end = world.credit.licences, day(period.end)
    division, link = _division(world, book, rows), book.link[rows]
    is_closed, _ = _closed(book, rows, end)
    shown = subject(world, book, rows, end)
    return pl.DataFrame(
        {
            **shown,
            "taxpayer_no": shown["uscc"],
            "decision_no": credit_texts.decision_nos("许", rows, book.made[rows], division),
            "licence_type_code": pick(LICENCES, book.kind[rows]),
            "certificate_no": either(link >= 0, lambda at: world.certificates.numbers(link[at])),
            "decided_date": dates(book.made[rows]),
            "valid_from_date": dates(book.made[rows]),
            "valid_to_date": dates(book.until[rows]),
            "authority_name": credit_texts.offices(rows, division),
            "status": pick(["in_force", "withdrawn"], is_closed.astype(np.int64)),
            "_certificate": pl.Series(link),
        }
    )


def fines(world: World, rows: np.ndarray) -> np.ndarray:
    """Fines in 元: a few hundred up to some hundred thousand; none where the penalty is of another kind."""
    kind = world.credit.penalties.kind[rows]
    amount = np.round(10 ** (2.5 + 3.2 * world.enterprises.hashed.share("fine", rows) ** 1.5), -2)
    return np.where(np.isin(kind, [1, 3, 4]), amount, np.nan)


def penalties(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Penalties published within the week, and those withdrawn since; repaired ones are shown no more."""
    book, end = world.credit.penalties, day(period.end)
    division = _division(world, book, rows)
    is_closed, _ = _closed(book, rows, end)
    kind = book.kind[rows].astype(np.int64)
    return pl.DataFrame(
        {
            **subject(world, book, rows, end),
            "decision_no": credit_texts.decision_nos("罚", rows, book.made[rows], division),
            "violation_text": pick(credit_texts.VIOLATIONS, rows % len(credit_texts.VIOLATIONS)),
            "legal_basis": pick(credit_texts.BASES, rows % len(credit_texts.VIOLATIONS)),
            "penalty_type_code": pick(PENALTIES, kind),
            "fine_amount_cny": pl.Series(fines(world, rows) / 10_000).fill_nan(None),
            "decided_date": dates(book.made[rows]),
            "publicity_end_date": dates(book.until[rows]),
            "authority_name": credit_texts.offices(rows, division),
            "status": pick(["in_force", "withdrawn"], is_closed.astype(np.int64)),
        }
    )


def lists(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """All entries of the red and the black lists at the end of the month."""
    book, end = world.credit.lists, day(period.end)
    is_closed, closed = _closed(book, rows, end)
    kind = book.kind[rows].astype(np.int64)
    is_black = kind >= len(RED_LISTS)
    touched_on = np.where(is_closed, book.closed[rows], book.made[rows])
    return pl.DataFrame(
        {
            **subject(world, book, rows, end),
            "list_type_code": pick(["red", "black"], is_black.astype(np.int64)),
            "list_name": pick(credit_texts.LIST_NAMES, kind),
            "authority_name": pick(credit_texts.LIST_OFFICES, kind),
            "decision_no": credit_texts.decision_nos("名单", rows, book.made[rows], rows % 6),
            "listing_reason": pick(["信用评价优良", "存在严重违法失信行为"], is_black.astype(np.int64)),
            "listed_date": dates(book.made[rows]),
            "delisted_date": closed,
            "delisting_reason": where(is_closed, pick(["期满移出", "信用修复后移出"], rows % 2)),
            "status": pick(["listed", "delisted"], is_closed.astype(np.int64)),
            "updated_at": moments(world.enterprises.seconds(touched_on, rows)),
        }
    )


def abnormal_operations(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Listings and removals of the week; the self-employed are flagged instead of listed."""
    book, entities, end = world.credit.abnormal, world.enterprises, day(period.end)
    entity, kind = book.entity[rows], book.kind[rows].astype(np.int64)
    is_closed, closed = _closed(book, rows, end)
    office = pick(MARKET_OFFICES, entities.division[entity])
    flagged = (entities.kind[entity] == SELF_EMPLOYED) & ~is_closed
    shown = subject(world, book, rows, end)
    return pl.DataFrame(
        {
            **shown,
            "entity_name": shown["subject_name"],
            "division_code": pick(places.DIVISIONS, entities.division[entity]),
            "listing_reason": pick(LISTING_REASONS, kind),
            "listed_date": dates(book.made[rows]),
            "listing_authority_name": office,
            "delisting_reason": where(is_closed, pick(DELISTED, kind)),
            "delisted_date": closed,
            "delisting_authority_name": where(is_closed, office),
            "status": pick(["listed", "delisted", "flagged"], np.where(flagged, 2, is_closed)),
        }
    )


def _on_list(book: Records, period: Period) -> np.ndarray:
    end = day(period.end)
    return np.flatnonzero((book.made <= end) & ~book.is_closed_on(end))


def defaulters(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Debtors on the list at the end of the week; who left it is absent."""
    book, people, end = world.credit.defaulters, world.people, day(period.end)
    shown = subject(world, book, rows, end)
    entity, person = book.entity[rows], book.person[rows]
    is_person, who = person >= 0, np.maximum(person, 0)
    division = _division(world, book, rows)
    style = world.enterprises.hashed.below("identifier", rows, 3)
    number = where((style == 0) | shown["uscc"].is_null().to_numpy(), shown["organisation_code"], shown["uscc"])
    number = pl.DataFrame({"n": number, "r": shown["registration_no"]}).select(pl.coalesce("n", "r")).to_series()
    moment = world.enterprises.seconds(book.made[rows], rows)
    age = ((book.made[rows] - people.birth[who]) // 365.25).astype(np.int64)
    owed = pl.Series(rows * 37 % 900_000 + 1000).cast(pl.String)
    sort = shown["subject_type_code"].replace({"self_employed": "legal_entity"})
    return pl.DataFrame(
        {
            "case_no": credit_texts.case_nos(rows, book.until[rows], division),
            "subject_name": shown["subject_name"],
            "subject_type_code": sort,
            "subject_identifier": where(is_person, people.resident_ids(who), number),
            "sex": where(is_person, pick(["female", "male"], people.is_male[who].astype(np.int64))),
            "age_years": where(is_person, pl.Series(age)),
            "legal_representative_name": shown["legal_representative_name"],
            "court_name": pick(credit_texts.COURTS, division),
            "basis_no": credit_texts.case_nos(rows, book.until[rows] - 200, division).str.replace("执", "民初"),
            "basis_authority_name": pick(credit_texts.COURTS, division),
            "case_filed_date": dates(book.until[rows]),
            "obligation_text": "给付货款及利息人民币" + owed + "元",
            "performance": pick(["全部未履行", "部分未履行"], rows % 2),
            "conduct": pick(["有履行能力而拒不履行", "违反财产报告制度", "其他规避执行"], rows % 3),
            "published_at": moments(moment),
            "status": pl.repeat("published", len(rows), eager=True),
            "_legal_entity": pl.Series(entity),
            "_credit_subject": shown["_credit_subject"],
        }
    )


def repairs(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Applications of the week and those decided since."""
    book, end = world.credit.repairs, day(period.end)
    shown = subject(world, book, rows, end)
    kind, link = book.kind[rows].astype(np.int64), book.link[rows]
    decided, is_granted = book.until[rows] <= end, book.closed[rows] > NO_DAY
    of_penalty = kind == 0
    penalty = np.where(of_penalty, link, 0)
    division = _division(world, book, rows)
    made = world.credit.penalties.made[penalty]
    result = np.where(~is_granted, 3, np.where(of_penalty, rows % 2, 2))
    return pl.DataFrame(
        {
            **shown,
            "repair_no": "XF3204" + pl.Series(100_000_000 + rows).cast(pl.String),
            "channel_code": pick(["credit_china", "market_supervision"], kind),
            "repair_type_code": pick(["penalty", "abnormal"], kind),
            "decision_no": where(of_penalty, credit_texts.decision_nos("罚", penalty, made, division)),
            "authority_name": where(
                of_penalty, credit_texts.offices(penalty, division), pick(MARKET_OFFICES, division)
            ),
            "applied_date": dates(book.made[rows]),
            "accepted_date": dates(np.minimum(book.made[rows] + 1, end)),
            "decided_date": dates(np.where(decided, book.until[rows], NO_DAY)),
            "result_code": where(decided, pick(["repaired", "publicity_ended", "delisted", "refused"], result)),
            "refusal_reason": where(decided & ~is_granted, pick(["公示期未满", "未履行法定义务"], rows % 2)),
            "publicity_end_date": dates(np.where(decided & is_granted, book.until[rows], NO_DAY)),
            "status": pick(["open", "done"], decided.astype(np.int64)),
        }
    )


def _repair_rows(world: World, period: Period) -> np.ndarray:
    book = world.credit.repairs
    return np.flatnonzero(last_day(period, book.made, book.until) >= day(period.begin))


EXPORTS = [
    Export(
        "development_reform__licence_publicity",
        lambda world, period: _news(world.credit.licences, period),
        licences,
        soil=dirt_credit.soil_licences,
    ),
    Export(
        "development_reform__penalty_publicity",
        lambda world, period: _news(world.credit.penalties, period),
        penalties,
        soil=dirt_credit.soil_penalties,
    ),
    Export(
        "development_reform__red_and_black_lists",
        lambda world, period: np.flatnonzero(world.credit.lists.made <= day(period.end)),
        lists,
        soil=dirt_credit.soil_lists,
        sheet_of=lambda world, period, rows: world.credit.lists.kind[rows].astype(np.int64),
    ),
    Export(
        "market_supervision__abnormal_operations",
        lambda world, period: _news(world.credit.abnormal, period),
        abnormal_operations,
        soil=dirt_credit.soil_abnormal,
    ),
    Export(
        "court__judgment_defaulters",
        lambda world, period: _on_list(world.credit.defaulters, period),
        defaulters,
        soil=dirt_credit.soil_defaulters,
    ),
    Export("development_reform__credit_repairs", _repair_rows, repairs, soil=dirt_credit.soil_repairs),
]

"""Drafts a contract from a sample export: what the bytes prove, what names are known, what only people can say.

A draft is `planned` and takes part in nothing until its 待填 entries are filled in.
"""

from __future__ import annotations

import re
from pathlib import Path

from citylake.contracts.drafts import Draft
from citylake.contracts.loader import load_contracts
from citylake.contracts.model import Contract
from citylake.contracts.naming import Planned, Vocabulary
from citylake.contracts.yaml_file import TO_FILL
from citylake.errors import SampleUnusable
from citylake.staging.drafting.columns import SampleColumn, draft_columns, find_key
from citylake.staging.drafting.file_names import FileName
from citylake.staging.drafting.sample import read_sample
from citylake.staging.drafting.table import Table, find_table

__all__ = ["draft_contract"]

_USUAL_NOT_RECORDS = ["^合计", "^总计", "^制表人", "^填报", "^注[:：]"]
_DUE: dict[str, dict[str, object]] = {
    "daily": {"days": 1, "time": "08:00"},
    "weekly": {"working_days": 2, "time": "18:00"},
    "yearly": {"working_days": 60, "time": "18:00"},
}


def draft_contract(
    path: Path, folder: Path, *, department: str | None = None, dataset: str | None = None, title: str | None = None
) -> Draft:
    """What a sample says of a dataset that is to be registered.

    :param folder: the city's contracts
    :param department: id or Chinese name of the department, where `dataset` does not say it
    :param dataset: id of the dataset, `<department>__<dataset>`
    :param title: Chinese name; by default what the file name says without its period
    Raises SampleUnusable with what is wrong with the sample.
    """
    contracts = load_contracts(folder)
    vocabulary = Vocabulary.of(folder, contracts)
    sample = read_sample(path)
    table = find_table(sample.rows, vocabulary.known_headers, sample.is_keyed)
    if table is None:
        raise SampleUnusable(path, "没有找到表头", "表头应在前 15 行之内, 每列一个名称")
    if not table.records:
        raise SampleUnusable(path, "只有表头, 没有数据行", "换一份有数据的样例")
    name = FileName.of(path.name)
    title = title or name.title
    planned = vocabulary.dataset_of(title, dataset)
    department_id, department_zh = _department(vocabulary, department, dataset, planned)
    columns = draft_columns(table, vocabulary, planned, sample.numbers)
    key = find_key(table, columns, planned)
    form = dict(sample.form)
    if table.header_rows > 1 or form["type"] in ("xlsx", "xls", "ods"):
        form["header_rows"] = table.header_rows
    dataset = dataset or (planned.dataset if planned else f"{department_id}__{TO_FILL}")
    return Draft(
        dataset=dataset,
        head=_head(dataset, title, department_zh, planned),
        delivery=_delivery(name, planned),
        form=form,
        key=key or [f"{TO_FILL} 样例中没有能区分各行的列"],
        columns=[column.draft for column in columns],
        missing=_missing(columns),
        not_records=_not_records(table),
        notes=_notes(path, sample.facts, table, name, planned),
    )


def _department(
    vocabulary: Vocabulary, department: str | None, dataset: str | None, planned: Planned | None
) -> tuple[str, str]:
    """Id and Chinese name of the department, from what was said, the contracts and the plan's catalogue."""
    known = {one.dataset.split("__")[0]: one.facts["department_zh"] for one in vocabulary.planned}
    known |= vocabulary.contracts.departments
    ids = {zh: one for one, zh in known.items()}
    found = dataset.split("__")[0] if dataset else ids.get(department or "", department)
    found = found or (planned.dataset.split("__")[0] if planned else TO_FILL)
    return found, known.get(found) or f"{TO_FILL} 部门中文名称"


def _head(dataset: str, title: str, department_zh: str, planned: Planned | None) -> dict[str, object]:
    facts = planned.facts if planned else {}
    catalogue: dict[str, object] = {
        "code": f"{TO_FILL} 目录代码",
        "share": facts.get("sharing_type") or f"{TO_FILL} 无条件共享、有条件共享或不予共享",
        "open": facts.get("openness") or f"{TO_FILL} 可开放、有条件开放或不开放",
        "level": int(facts.get("sensitivity") or 3),
        "legal_basis": f"{TO_FILL} 依据",
    }
    return {
        "dataset": dataset,
        "title": {"zh": title, "en": facts.get("dataset_en") or f"{TO_FILL} English name"},
        "each_row_is_a": facts.get("each_row_is_a") or f"{TO_FILL} what one row is",
        "owner": {"department": department_zh, "safety_officer": f"{TO_FILL} 数据安全责任人"},
        "catalogue": catalogue,
        "status": "planned",
        "version": 1,
    }


def _delivery(name: FileName, planned: Planned | None) -> dict[str, object]:
    facts = planned.facts if planned else {}
    cycle = facts.get("update_cycle") or name.cycle
    return {
        "mode": facts.get("delivery_mode") or f"{TO_FILL} full、increment 或 event",
        "cycle": cycle or f"{TO_FILL} daily、weekly、monthly、quarterly、yearly 或 irregular",
        "file_name": name.pattern,
        "since": name.since or f"{TO_FILL} 首个账期的第一天",
        "due": _DUE.get(cycle or "", {"working_days": 6, "time": "18:00"}),
    }


def _missing(columns: list[SampleColumn]) -> list[str] | None:
    """The usual marks and those of the sample; None where the usual ones are enough."""
    usual = list(Contract.model_fields["missing"].default)
    seen = dict.fromkeys(mark for column in columns for mark in column.values.missing if mark not in usual)
    words = {word for column in columns if "codes" in column.draft.terms for word in column.values.present}
    added = [mark for mark in seen if mark not in words]
    return [*usual, *added] if added else None


def _not_records(table: Table) -> list[str]:
    added = [f"^{re.escape(word)}" for word in table.footers]
    return _USUAL_NOT_RECORDS + [
        pattern for pattern in added if not any(re.match(usual, pattern[1:]) for usual in _USUAL_NOT_RECORDS)
    ]


def _notes(path: Path, facts: list[str], table: Table, name: FileName, planned: Planned | None) -> list[str]:
    above = f"{table.titles} 行标题, " if table.titles else ""
    notes = [
        f"由样例 {path.name} 起草: {'; '.join(facts)}; {above}{table.header_rows} 行表头, {len(table.records)} 条记录。"
    ]
    if planned:
        notes.append(f"列名、主键和周期取自目录中的 {planned.dataset}。")
    if name.period is None:
        notes.append("样例文件名中没有账期, file_name 按常例补在末尾, 请与部门确认。")
    notes.append("样例中每行都有值的列写作 required, 允许为空的请去掉。")
    return [*notes, f"填完所有“{TO_FILL}”并核对后, 将 status 改为 active。"]

"""A drafted contract as YAML: what is known is written, what only people know is marked 待填."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from citylake.contracts.dictionary import COLUMNS_FILE
from citylake.contracts.schema import SCHEMA_FILE, SCHEMA_LINE, render_schema
from citylake.contracts.yaml_file import TO_FILL
from citylake.errors import UsageError

_DATASET = re.compile(r"[a-z][a-z0-9_]*?__[a-z][a-z0-9_]*")
# Characters that YAML does not take as they are, or takes for the end of a line.
_UNSEEN = re.compile("[\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_PLAIN = ("true", "false", "null", "yes", "no", "on", "off", "~")


@dataclass(frozen=True)
class DraftColumn:
    """A column as proposed: its terms in the contract, and its entry for `columns.yml` where that has none."""

    name: str
    terms: dict[str, object]
    note: str = ""
    entry: dict[str, object] | None = None


@dataclass(frozen=True)
class Draft:
    """Everything that a sample says of a dataset. `head` holds the keys above `delivery`; notes stand as comments."""

    dataset: str
    head: dict[str, object]
    delivery: dict[str, object]
    form: dict[str, object]
    key: list[str]
    columns: list[DraftColumn]
    missing: list[str] | None
    not_records: list[str]
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The contract as YAML."""
        lines = [SCHEMA_LINE.rstrip("\n"), *(f"# {_UNSEEN.sub('', ' '.join(note.split()))}" for note in self.notes)]
        lines += [f"{key}: {_flow(value)}" for key, value in self.head.items()]
        lines += ["", "delivery:", *(f"  {key}: {_flow(value)}" for key, value in self.delivery.items())]
        lines += [f"form: {_flow(self.form)}", "", f"key: {_flow(self.key)}", "columns:"]
        for column in self.columns:
            lines.append(f"  {column.name}: {_flow(column.terms)}" + (f"  # {column.note}" if column.note else ""))
        lines.append("")
        if self.missing is not None:
            lines.append(f"missing: {_flow(self.missing)}")
        lines.append(f"not_records: {_flow(self.not_records)}")
        lines.append("drift: {table: freeze, columns: evolve, types: quarantine_row}")
        lines.append("reject: {rows_at_most: 5000, share_at_most: 0.1}")
        return "\n".join(lines) + "\n"

    @property
    def entries(self) -> str:
        """The entries that `columns.yml` lacks, as YAML."""
        new = {column.name: column.entry for column in self.columns if column.entry is not None}
        return "".join(
            f"{name}:\n" + "".join(f"  {key}: {_flow(value)}\n" for key, value in entry.items())
            for name, entry in new.items()
        )


def write_draft(draft: Draft, folder: Path) -> list[Path]:
    """Writes `datasets/<dataset>.yml`, adds new entries to `columns.yml`; never over an existing contract."""
    path = folder / "datasets" / f"{draft.dataset}.yml"
    if TO_FILL in draft.dataset:
        raise UsageError(
            "写入契约需要数据集编号", action="加上 --dataset <部门>__<数据集>, 如 --dataset tax__invoices (小写英文)"
        )
    if not _DATASET.fullmatch(draft.dataset):
        raise UsageError(
            f"{draft.dataset} 不能作数据集编号", action="写作 <部门>__<数据集>, 小写英文, 如 agriculture__farm_parcels"
        )
    if path.exists():
        raise UsageError(f"{path} 已存在", action="直接修改该契约; 另立数据集时换一个 --dataset")
    path.write_text(draft.text, encoding="utf-8")
    if not draft.entries:
        return [path]
    dictionary = folder / COLUMNS_FILE
    before = dictionary.read_text(encoding="utf-8")
    dictionary.write_text(before.rstrip("\n") + "\n" + draft.entries, encoding="utf-8")
    # With the new names in the schema, an editor completes them while the draft is filled in.
    schema = folder / SCHEMA_FILE
    schema.write_text(render_schema(folder), encoding="utf-8")
    return [path, dictionary, schema]


def _flow(value: object) -> str:
    """A value in YAML's flow style, on one line, as the contracts are written."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    is_plain = value.replace("_", "").replace(" ", "").isalnum() and not value[0].isdigit() and value == value.strip()
    if is_plain and value.lower() not in _PLAIN:
        return value
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))

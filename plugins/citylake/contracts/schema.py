"""JSON Schema of a contract: what an editor completes and marks while a colleague types.

The model gives shapes, enums and defaults. Added here: what each key means, and the names that only the city's own
folder knows (columns of `columns.yml`, lists of `codes.yml`, units).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from citylake.contracts.dictionary import CHECKS, read_dictionary
from citylake.contracts.model import Contract
from citylake.contracts.units import UNITS
from citylake.errors import ContractProblem, ContractsInvalid

SCHEMA_FILE = "contract.schema.json"
SCHEMA_LINE = f"# yaml-language-server: $schema=../{SCHEMA_FILE}\n"

# Model.key -> what it means, in Chinese and English.
MEANINGS = {
    "Contract.dataset": "数据集编号 <部门>__<数据集>, 与文件名相同 / dataset id, as the file is named",
    "Contract.title": "名称 / name of the dataset",
    "Contract.each_row_is_a": "一行是什么, 英文名词短语 / the grain: what one row is",
    "Contract.owner": "数源部门与安全责任人 / owning department",
    "Contract.catalogue": "政务信息资源目录条目 / entry in the resource catalogue",
    "Contract.status": "active 启用, planned 筹备, retired 停用 / only active datasets take part in a night",
    "Contract.version": "契约版本, 每次修改加一 / raised with every change",
    "Contract.delivery": "报送约定 / what is delivered, how often, until when",
    "Contract.form": "文件形式 / how the bytes are laid out",
    "Contract.key": "主键列 / columns that together name one row",
    "Contract.columns": "列: 名称出自 columns.yml / columns by their names in columns.yml",
    "Contract.missing": "视为空值的写法 / spellings that mean no value",
    "Contract.not_records": "不是数据的行 (合计、制表人) 的正则表达式 / lines that are no records, as patterns",
    "Contract.drift": "出现契约未预见的表、列、值时怎么办 / what happens to what the contract does not foresee",
    "Contract.reject": "退回上限, 超过则整批不发布 / above either threshold nothing of the delivery is published",
    "Contract.volume": "与最近七次相比的数量检查 / how far a delivery may depart from the last seven",
    "Contract.answer": "校核单的答复期限 / how long a department has to answer a correction list",
    "Title.zh": "中文名称 / Chinese name",
    "Title.en": "英文名称 / English name",
    "Owner.department": "部门中文名称 / Chinese name of the department",
    "Owner.safety_officer": "数据安全责任人 / person responsible for the data's safety",
    "Catalogue.code": "目录代码 / code in the city's catalogue",
    "Catalogue.oid": "对象标识符, 以 1.2.156 开头 / object identifier",
    "Catalogue.share": "共享类型 / sharing type",
    "Catalogue.condition": "共享条件 / condition of sharing",
    "Catalogue.open": "开放属性 / openness",
    "Catalogue.level": "数据分级, 4 为个人敏感 / sensitivity, 4 is personal",
    "Catalogue.legal_basis": "依据, 不予共享时必填 / legal basis, required where nothing is shared",
    "DeliveryTerms.mode": "full 全量, increment 增量, event 事件 / what each delivery holds",
    "DeliveryTerms.cycle": "更新周期 / how often it is delivered",
    "DeliveryTerms.file_name": "文件名, 账期处写 {period} / file name with {period} where the period stands",
    "DeliveryTerms.since": "自哪一天起应报 / first day from which deliveries are due",
    "DeliveryTerms.due": "报送期限 / when a delivery is due",
    "DeliveryTerms.none_for_months": "不单独报送的月份 (1-2 月合并发布的, 写 [1]) / months without a file of their own",
    "Due.days": "账期结束后的自然日 / days after the period's end",
    "Due.working_days": "账期结束后的工作日, 按 holidays.csv / working days after the period's end",
    "Due.time": "当天的时刻, 北京时间 / time of that day in Shanghai",
    "Form.type": "文件类型 / type of the file",
    "Form.archive": "压缩方式 / how the file is packed",
    "Form.encodings": "可接受的编码 / encodings that are accepted",
    "Form.delimiters": "可能的分隔符 / delimiters that may occur",
    "Form.sheet": '工作表: 一个、几个或 "*"; 不写则取首个可见表 / sheets by name; without it the first visible one',
    "Form.header_rows": "表头占几行 / rows that the header takes",
    "Form.side_by_side": "同一张表并排几次 / how many times the table stands side by side",
    "Form.records": "JSON 中记录所在的键 / keys that lead to the list of records",
    "Form.counts": "定长文件按字符还是字节计 / whether positions count characters or bytes",
    "Column.headers": "文件中的表头写法, 可带起止日期 / header spellings, with dates where they changed",
    "Column.required": "是否必填 / whether each row must have it",
    "Column.optional": "整列可以没有 / whether the whole column may be absent",
    "Column.codes": "代码表 / list of codes.yml that the values come from",
    "Column.unit": "报送的单位, 入湖时换算 / unit delivered, converted by staging",
    "Column.pattern": "值的正则表达式 / regular expression of a value",
    "Column.pattern_reason": "不符时的原因码 / reason code of a breach",
    "Column.drift": "值不合规则时怎么办 / what a value that breaks the rules does",
    "Column.reads": "此列另有的写法 / spellings that occur besides the usual ones",
    "Column.position": "定长: 起始位置 (从 1) 与长度 / fixed width: first position and length",
    "Column.zh": "中文列名, 缺省取自 columns.yml / Chinese name, by default that of columns.yml",
    "Column.type": "类型, 缺省取自 columns.yml / type, by default that of columns.yml",
    "Column.check": "标识校验, 缺省取自 columns.yml / identifier check, by default that of columns.yml",
    "Column.level": "分级, 缺省取自 columns.yml / sensitivity, by default that of columns.yml",
    "Column.meaning": "含义, 缺省取自 columns.yml / meaning, by default that of columns.yml",
    "HeaderSpelling.text": "表头原文 / the header as written",
    "HeaderSpelling.since": "自哪一天的账期起 / from the period that ends on this day",
    "HeaderSpelling.until": "到哪一天的账期止 / to the period that ends on this day",
    "Drift.table": "多出工作表 / a sheet that is not foreseen",
    "Drift.columns": "多出列 / a column that is not foreseen",
    "Drift.types": "值不合类型 / a value that does not fit its type",
    "Reject.rows_at_most": "最多退回行数 / most rows rejected",
    "Reject.share_at_most": "最多退回比例 / largest share rejected",
    "Volume.rows_down_at_most": "行数最多减少的比例 / largest fall of the number of rows",
    "Volume.rows_up_at_most": "行数最多增加的比例 / largest rise of the number of rows",
    "Volume.null_share_up_at_most": "必填与主键列空值率最多上升 / largest rise of a null share",
    "Volume.groups": "其常见值必须都出现的列 / column whose usual values must all occur",
    "Volume.after": "满几次后才比较 / earlier deliveries needed for a comparison",
    "Answer.working_days": "答复的工作日 / working days to answer",
}


def contract_schema(folder: Path) -> dict[str, Any]:
    """The schema of the contracts in a folder (`columns.yml`, `codes.yml`); raises ContractsInvalid."""
    problems: list[ContractProblem] = []
    known = read_dictionary(folder, problems)
    if problems:
        raise ContractsInvalid(problems)
    schema = Contract.model_json_schema()
    schema.pop("title")
    schema["$defs"]["Column"]["properties"].pop("name")
    parts = schema["$defs"] | {"Contract": schema}
    for name, part in parts.items():
        for key, terms in part.get("properties", {}).items():
            terms.pop("title", None)
            terms["description"] = MEANINGS[f"{name}.{key}"]
    _columns(schema, known.columns, list(known.codes))
    _headers(schema)
    _delivery(schema["$defs"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "CityLake 数据契约", **schema}


def render_schema(folder: Path) -> str:
    """The text of `contract.schema.json`."""
    return json.dumps(contract_schema(folder), ensure_ascii=False, indent=1) + "\n"


def _columns(schema: dict[str, Any], columns: dict[str, dict[str, Any]], lists: list[str]) -> None:
    """Columns are completed by name, each with its Chinese name and meaning; their terms leave the rest to the name."""
    terms = schema["$defs"]["Column"]
    terms["required"] = ["headers"]
    terms["properties"]["codes"] |= {"anyOf": [{"enum": lists}, {"type": "null"}]}
    terms["properties"]["unit"] |= {"anyOf": [{"enum": list(UNITS)}, {"type": "null"}]}
    terms["properties"]["check"] |= {"anyOf": [{"enum": list(CHECKS)}, {"type": "null"}]}
    schema["properties"]["columns"] = {
        "type": "object",
        "description": MEANINGS["Contract.columns"],
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            name: {"$ref": "#/$defs/Column", "description": f"{entry['zh']} ({entry['type']}) / {entry['meaning']}"}
            for name, entry in sorted(columns.items())
        },
    }
    names = {"enum": sorted(columns)}
    schema["properties"]["key"]["items"] = names
    schema["$defs"]["Volume"]["properties"]["groups"]["anyOf"] = [names, {"type": "null"}]


def _headers(schema: dict[str, Any]) -> None:
    """A header may be written as plain text."""
    schema["$defs"]["Column"]["properties"]["headers"]["items"] = {
        "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/HeaderSpelling"}]
    }


def _delivery(parts: dict[str, Any]) -> None:
    """What the model's validators ask for, in the words of a schema."""
    parts["DeliveryTerms"]["properties"]["file_name"]["pattern"] = r"^[^/{}]*\{period\}[^/{}]*$"
    due = parts["Due"]
    due["oneOf"] = [{"required": ["days"]}, {"required": ["working_days"]}]
    due["properties"]["time"].pop("format")
    due["properties"]["time"]["pattern"] = "^([01][0-9]|2[0-3]):[0-5][0-9]$"

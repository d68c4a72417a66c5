"""`citylake contracts`: list, show, check, new, sync, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from citylake.cli.console import JsonOption, console, show_json, show_table
from citylake.contracts import Contracts, load_contracts
from citylake.errors import ContractProblem, ContractsInvalid
from citylake.settings import get_settings

app = typer.Typer(help="数据契约 / the data contracts", no_args_is_help=True)


@app.command("list")
def list_contracts(json: JsonOption = False) -> None:
    """列出数据集 / the datasets, their departments, cycles and file names."""
    found = load_contracts(get_settings().contracts).datasets.values()
    if json:
        show_json([contract.model_dump(mode="json", exclude={"columns"}) for contract in found])
        return
    show_table(
        f"数据契约 {len(found)} 份",
        ["数据集 dataset", "名称", "部门", "周期", "方式", "文件名 file"],
        [
            (c.dataset, c.title.zh, c.owner.department, c.delivery.cycle, c.delivery.mode, c.delivery.file_name)
            for c in found
        ],
    )


@app.command()
def show(
    dataset: Annotated[str, typer.Argument(help="数据集编号 / dataset id")],
    json: JsonOption = False,
) -> None:
    """一个数据集的数据字典 / the data dictionary of one dataset: columns, types, units, codes, headers, due date."""
    from citylake.contracts.describing import describe, describe_columns, known_dataset

    contracts = load_contracts(get_settings().contracts)
    contract = known_dataset(contracts, dataset)
    if json:
        show_json(contract.model_dump(mode="json"))
        return
    show_table(f"{contract.title.zh} {contract.dataset}", ["项目", "内容"], describe(contract).items())
    console.print()
    show_table(
        "列",
        ["列名", "中文名", "类型", "要求", "分级", "表头", "代码或单位", "含义"],
        describe_columns(contracts, contract),
    )


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="样例导出文件 / a sample export", exists=True, dir_okay=False)],
    department: Annotated[str | None, typer.Option("--department", help="部门编号或中文名 / department")] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", help="数据集编号 <部门>__<数据集> / dataset id")] = None,
    title: Annotated[str | None, typer.Option("--title", help="中文名称, 缺省取自文件名 / Chinese title")] = None,
    write: Annotated[bool, typer.Option("--write", help="写入契约目录 / write it into the contracts")] = False,
) -> None:
    """由样例文件起草契约 / drafts a contract from a sample export; 待填 marks what only people know."""
    from citylake.contracts.drafts import write_draft
    from citylake.staging.drafting import draft_contract

    folder = get_settings().contracts
    draft = draft_contract(file, folder, department=department, dataset=dataset, title=title)
    if not write:
        typer.echo(draft.text + (f"\n# 加入 columns.yml:\n{draft.entries}" if draft.entries else ""), nl=False)
        return
    for path in write_draft(draft, folder):
        console.print(f"已写入 {path}", soft_wrap=True)
    load_contracts.cache_clear()
    left = load_contracts(folder).unfinished
    console.print(f"下一步 next: 填写 {len(left)} 处“待填”, status 改为 active; 再依次运行", soft_wrap=True)
    console.print("  citylake contracts sync   由契约写出 dbt 的来源、暂存视图和编辑器的 JSON Schema")
    console.print("  citylake contracts check  核对; 有问题时给出文件、行号和键名")
    console.print(f"  citylake deliver {file} --dataset {draft.dataset}", soft_wrap=True)


@app.command()
def check(
    lake: Annotated[bool, typer.Option("--lake", help="并与湖中各数据集最近一次交付时的契约核对版本")] = False,
) -> None:
    """检查契约, 并与 dbt 双向核对 / lints the contracts and holds dbt to them, both ways."""
    from citylake.contracts.calendar import holidays_until
    from citylake.contracts.drift import check_drift

    settings = get_settings()
    contracts = load_contracts(settings.contracts)
    problems = list(contracts.unfinished)
    try:
        check_drift(contracts, settings)
    except ContractsInvalid as error:
        problems += error.problems
    if lake:
        problems += _changed_in_lake(contracts)
    if problems:
        raise ContractsInvalid(problems)
    console.print(f"{len(contracts.datasets)} 份契约有效, 与 dbt 一致")
    console.print(holidays_until(contracts), soft_wrap=True)


def _changed_in_lake(contracts: Contracts) -> list[ContractProblem]:
    from citylake.lake import Lake
    from citylake.orchestration import minio_server
    from citylake.orchestration.frozen_contracts import changed_without_version

    with minio_server.running_store(get_settings()) as connected:
        return changed_without_version(contracts, Lake(connected))


@app.command()
def sync() -> None:
    """由契约写出 dbt 的来源与暂存定义和编辑器的 JSON Schema / writes what follows from the contracts anew."""
    from citylake.contracts.drift import write_files

    settings = get_settings()
    for path in write_files(load_contracts(settings.contracts), settings):
        console.print(f"已写入 {path}", soft_wrap=True)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option("--out", help="写入文件, 缺省输出到屏幕 / file to write")] = None,
) -> None:
    """输出契约的 JSON Schema, 供编辑器补全 / prints the JSON Schema for editors."""
    from citylake.contracts.schema import render_schema

    text = render_schema(get_settings().contracts)
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    console.print(f"已写入 {out}", soft_wrap=True)

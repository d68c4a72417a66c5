"""Commands that move data: deliver, land, stage, build, publish, report, nightly, simulate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from citylake.cli.console import DatasetOption, DateOption, JsonOption, business_date, console, show_json
from citylake.orchestration import minio_server, stages
from citylake.settings import get_settings

Kind = Literal["full", "increment", "event", "correction", "supplement", "withdrawal"]
Faults = Literal["none", "usual", "all"]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    for command in (deliver, land, stage, build, publish, report, nightly, simulate):
        app.command()(command)


def deliver(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹 / files or folders")],
    dataset: Annotated[str | None, typer.Option(help="数据集编号 / dataset id")] = None,
    period: Annotated[str | None, typer.Option(help="账期 2025、2025Q3、2025-09、2025-09-30")] = None,
    kind: Annotated[Kind | None, typer.Option(help="交付方式 / kind of delivery")] = None,
    withdraws: Annotated[
        str | None,
        typer.Option("--withdraws", help="撤回哪一份交付 (缺省为该期最新一份) / delivery that is taken back"),
    ] = None,
    keep_times: Annotated[
        bool, typer.Option("--keep-times", help="以文件修改时间为到达时间 (补录历史、模拟城市)")
    ] = False,
) -> None:
    """报送: 将文件放入部门收件箱 / puts files into the departments' inboxes, as a department would."""
    from citylake import landing

    with minio_server.running_store(get_settings()) as settings:
        sent = landing.deliver(
            settings,
            paths,
            dataset_id=dataset,
            period=period,
            kind=kind,
            withdraws=withdraws,
            keep_times=keep_times,
        )
    console.print(f"已放入收件箱 {sent} 个文件; 下一步: citylake land")


def land(date: DateOption = None, dataset: DatasetOption = None, json: JsonOption = False) -> None:
    """归集: 收件箱文件原样入湖 / copies what lies in the inboxes into the landing zone, byte for byte."""
    with minio_server.running_store(get_settings()) as settings:
        summary = stages.land(settings, business_date(date), dataset_id=dataset)
    if json:
        show_json(summary)
        return
    console.print(
        f"归集 {summary.landed} 份 (其中整份重报 {summary.revisions}),"
        f" 重复 {summary.duplicates}, 拒收 {summary.refused}"
    )
    _show_messages(summary.messages)


def stage(date: DateOption = None, dataset: DatasetOption = None, json: JsonOption = False) -> None:
    """治理: 文件变为有类型、已校验的行 / turns landed files into typed, validated rows."""
    with minio_server.running_store(get_settings()) as settings:
        summary = stages.stage(settings, business_date(date), dataset_id=dataset)
    if json:
        show_json(summary)
        return
    console.print(
        f"治理 {summary.deliveries} 份: 接收 {summary.accepted}, 暂存 {summary.held}, 拒收 {summary.refused};"
        f" 入库 {summary.rows_accepted:,} 行, 退回 {summary.rows_rejected:,} 行"
    )
    _show_messages(summary.messages)


def build(
    date: DateOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="从头建库, 不从上一版续建 / from nothing, not on from the last version")
    ] = False,
    json: JsonOption = False,
) -> None:
    """建库: 在旁边新建一版并运行全部检查 / builds a new version aside and runs every test on it."""
    from citylake import warehouse

    with minio_server.running_store(get_settings()) as settings:
        summary = warehouse.build(business_date(date), settings, force=full)
    if json:
        show_json(summary)
    elif summary.status == "nothing_new":
        console.print(f"没有新内容: 当前版本 {summary.build_id} 已包含全部交付")
    else:
        console.print(
            f"已建成 {summary.build_id}: {summary.nodes} 个节点, {summary.tests} 项检查,"
            f" {summary.seconds:.1f} 秒; 下一步: citylake publish"
        )


def publish(date: DateOption = None) -> None:
    """发布: 审核后切换指针 / audits the finished build and publishes it behind the pointer."""
    with minio_server.running_store(get_settings()) as settings:
        version = stages.publish(settings, business_date(date))
    console.print(f"已发布 {version}")


def report(date: DateOption = None) -> None:
    """报告: 由已发布版本生成目标跟踪报告 / writes the target tracker from the published version."""
    with minio_server.running_store(get_settings()) as settings:
        folder = stages.report(settings, business_date(date))
    console.print(f"报告: {folder / 'tracker.html'}", soft_wrap=True)


def nightly(date: DateOption = None) -> None:
    """一夜: 按顺序运行全部阶段, 不用 Airflow / all stages in order, without Airflow."""
    from citylake.orchestration import nightly as night

    done = night.nightly(get_settings(), business_date(date))
    console.print(night.cpu_table(done))
    if done.failed_departments:
        console.print(f"未完成的部门: {'、'.join(done.failed_departments)}; 其余已发布", markup=False)
    console.print(f"报告: {done.report}", soft_wrap=True)


def simulate(
    out: Annotated[Path, typer.Option(help="输出文件夹 / folder to write into")],
    people: Annotated[int, typer.Option(min=1_000, max=20_000_000)] = 50_000,
    months: Annotated[int, typer.Option(min=1, max=60)] = 3,
    seed: Annotated[int, typer.Option()] = 20250930,
    until: Annotated[str, typer.Option(help="最后一个业务日期 / last business date")] = "2025-09-30",
    faults: Annotated[Faults, typer.Option(help="差错 / faults put in")] = "usual",
    dataset: Annotated[list[str] | None, typer.Option(help="只写这些数据集, 可多次给出 / only these datasets")] = None,
) -> None:
    """模拟: 生成一座模拟城市的部门文件与真值 / a simulated city: department exports and the truth."""
    from citylake import simulator

    with console.status("模拟城市…") as status:
        summary = simulator.simulate(
            out, people, months, seed, business_date(until), faults, lambda text: status.update(text), dataset
        )
    console.print(f"已写入 {out}: {summary}", soft_wrap=True)


def _show_messages(messages: list[str]) -> None:
    for message in messages:
        console.print(f"  · {message}", markup=False, soft_wrap=True)

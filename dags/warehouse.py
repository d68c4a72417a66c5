"""When every department has been staged, and at three in the morning in Shanghai in any case: build and publish.

One Airflow DAG with one task a layer. A department that failed is waited for until three, no longer; its indicators
then say how old its data is.
"""

from __future__ import annotations

from airflow.sdk import DAG, AssetAll, AssetOrTimeSchedule, task

from citylake.orchestration import airflow_tasks as tasks

clock = tasks.every_night("0 3 * * *")  # 03:00 Asia/Shanghai
all_staged = AssetAll(*map(tasks.staging_asset, tasks.departments()))

with DAG(
    dag_id="warehouse",
    dag_display_name="建库发布 warehouse",
    description="基础库、主题库、指标逐层建成, 检验通过后发布 (base, marts, kpi, publish)",
    doc_md='各部门治理完毕后建库, 最迟 03:00 开始。检验不通过则沿用上一版。补跑: `{"date": "2025-09-30"}`。',
    schedule=AssetOrTimeSchedule(timetable=clock, assets=all_staged) if clock else all_staged,
    catchup=False,
    max_active_runs=1,
    tags=["base", "marts", "kpi"],
    default_args=tasks.terms("市大数据局", retries=1, pool="warehouse_writer"),
):

    @task.short_circuit(task_display_name="准备 prepare")  # nothing new since the last version: the run ends here
    def prepare(**context: object) -> str | None:
        return tasks.prepare(context)

    @task
    def layer(name: str, **context: object) -> None:
        tasks.build_layer(name, context)

    @task(task_display_name="发布 publish", outlets=[tasks.WAREHOUSE])
    def publish(**context: object) -> None:
        tasks.publish(context)

    @task(task_display_name="值守 watch", trigger_rule="all_done")  # tells people when nothing was published, too
    def watch(**context: object) -> None:
        tasks.watch(context)

    base = layer.override(task_id="base", task_display_name="基础库 base")("base")
    marts = layer.override(task_id="marts", task_display_name="主题库 marts")("marts")
    kpi = layer.override(task_id="kpi", task_display_name="指标 kpi")("kpi")
    prepare() >> base >> marts >> kpi >> publish() >> watch()

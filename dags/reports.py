"""When a warehouse version has been published, the reports are written. One Airflow DAG, one task."""

from __future__ import annotations

from airflow.sdk import DAG, task

from citylake.orchestration import airflow_tasks as tasks

with DAG(
    dag_id="reports",
    dag_display_name="目标跟踪报告 reports",
    description="由已发布的版本生成目标跟踪报告、部门页与校核单 (reports)",
    doc_md='新版本发布后生成报告。重做某一天的报告: 触发时给出 `{"date": "2025-09-30"}`。',
    schedule=[tasks.WAREHOUSE],
    catchup=False,
    max_active_runs=1,
    tags=["reports"],
    default_args=tasks.terms("市大数据局", retries=3),
):

    @task(task_display_name="报告 report")
    def report(**context: object) -> None:
        tasks.report(context)

    report()

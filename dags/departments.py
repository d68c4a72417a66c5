"""Every night at half past one in Shanghai, for each department: land what has arrived, stage it, answer it.

One Airflow DAG a department, made from the contracts: a broken department stops no other.
"""

from __future__ import annotations

from airflow.sdk import DAG, task

from citylake.orchestration import airflow_tasks as tasks


@task(task_display_name="归集 land")
def land(department: str, **context: object) -> None:
    tasks.land(department, context)


@task(task_display_name="治理 stage")
def stage(department: str, **context: object) -> None:
    tasks.stage(department, context)


@task(task_display_name="回执 receipts")
def receipts(department: str, **context: object) -> None:
    tasks.receipts(department, context)


for department, name in tasks.departments_to_parse().items():
    with DAG(
        dag_id=tasks.dag_id(department),
        dag_display_name=f"归集治理 {name}",
        description=f"{name}: 归集收到的文件, 治理成可信的数据, 写好回执与校核单 (landing, staging)",
        doc_md=f'每晚归集{name}的文件, 逐行治理, 写好回执。补跑某一天: 触发时给出 `{{"date": "2025-09-30"}}`。',
        schedule=tasks.every_night("30 1 * * *"),  # 01:30 Asia/Shanghai
        catchup=False,
        max_active_runs=1,
        tags=["landing", "staging", name],
        default_args=tasks.terms(name, retries=3),
    ):
        staged = stage.override(outlets=[tasks.staging_asset(department)])(department)
        land(department) >> staged >> receipts(department)

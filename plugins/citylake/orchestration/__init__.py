"""WHEN and WHERE the stages run: the object store's server, Airflow's services, the night.

`stages` is the one list of what a night does; DAG tasks, `citylake nightly` and the shell commands all go through it.
"""

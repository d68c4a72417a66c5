"""reports 报告: the target tracker for planners (`tracker_files`) and the receipts for departments (`receipt_files`).

Nothing is imported here: a receipt is written right after staging, many a night, and loads no charts.
"""

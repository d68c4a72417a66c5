"""Columns and types of schema `lake`: what dbt may read, by the names of its sources."""

from __future__ import annotations

# A contract's column types as DuckDB types.
SQL_TYPES = {
    "text": "varchar",
    "code": "varchar",
    "integer": "bigint",
    "decimal": "double",
    "date": "date",
    "timestamp": "timestamp",
    "month": "varchar",
    "boolean": "boolean",
}
ORIGIN_COLUMNS = {"delivery_id": "varchar", "sheet_name": "varchar", "line_number": "bigint"}

DELIVERIES = {
    "delivery_id": "varchar",
    "dataset_id": "varchar",
    "department_id": "varchar",
    "department_zh": "varchar",
    "business_period": "varchar",
    "period_start": "date",
    "period_end": "date",
    "revision_no": "bigint",
    "delivery_kind": "varchar",
    "file_name": "varchar",
    "file_sha256": "varchar",
    "size_bytes": "bigint",
    "received_at": "timestamp",
    "due_at": "timestamp",
    "is_late": "boolean",
    "contract_version": "bigint",
    "status": "varchar",
    "rows_in_file": "bigint",
    "rows_accepted": "bigint",
    "rows_rejected": "bigint",
    "rows_not_records": "bigint",
    "reason_code": "varchar",
    "message": "varchar",
    "origin": "varchar",
    "second_count": "bigint",
    "second_count_unit": "varchar",
    "second_count_how": "varchar",
    "answers_delivery_id": "varchar",
    "withdrawn_by": "varchar",
    "answer_due_at": "timestamp",
    "replays": "bigint",
}
OUTCOMES = {
    "delivery_id": "varchar",
    "step": "varchar",
    "status": "varchar",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "reason_code": "varchar",
    "message": "varchar",
}
QUARANTINE_FILES = {
    "filename": "varchar",
    "delivery_id": "varchar",
    "dataset_id": "varchar",
    "file_name": "varchar",
    "contract_version": "bigint",
    "is_before_replay": "boolean",
}
QUARANTINE_CELLS = {
    "sheet_name": "varchar",
    "line_number": "bigint",
    "column_name": "varchar",
    "raw_value": "varchar",
    "raw_row": "varchar",
    "reason_code": "varchar",
    "row_key": "varchar",
}
QUARANTINED_ROWS = [*list(QUARANTINE_FILES)[1:], *QUARANTINE_CELLS, "kind"]
SETTLED_FILES = {"filename": "varchar", "answer_delivery_id": "varchar"}
SETTLED_ROWS = {"delivery_id": "varchar", "sheet_name": "varchar", "line_number": "bigint"}
DECISIONS = {
    "delivery_id": "varchar",
    "event": "varchar",
    "decided_at": "timestamp",
    "actor": "varchar",
    "reason": "varchar",
    "due_at": "timestamp",
}
HEADERS = {
    "delivery_id": "varchar",
    "sheet_name": "varchar",
    "position": "bigint",
    "header": "varchar",
    "column_name": "varchar",
}
VOLUME_CHECKS = {
    "delivery_id": "varchar",
    "check_name": "varchar",
    "subject": "varchar",
    "value": "double",
    "usual": "double",
    "low": "double",
    "high": "double",
    "is_held": "boolean",
}
ISSUES = {
    "issue_id": "varchar",
    "cause_key": "varchar",
    "kind": "varchar",
    "department_id": "varchar",
    "dataset_id": "varchar",
    "title_zh": "varchar",
    "opened_at": "timestamp",
    "last_seen_at": "timestamp",
    "closed_at": "timestamp",
    "times_seen": "bigint",
    "notified_at": "timestamp",
}
MANUAL_CORRECTIONS = {
    "correction_no": "varchar",
    "dataset_id": "varchar",
    "business_period": "varchar",
    "row_key": "varchar",
    "column_name": "varchar",
    "expected_value": "varchar",
    "new_value": "varchar",
    "reason": "varchar",
    "decided_by": "varchar",
    "decided_on": "date",
    "status": "varchar",
    "reason_code": "varchar",
    "found_value": "varchar",
}
ACTIVE_DELIVERIES = {
    "delivery_id": "varchar",
    "dataset_id": "varchar",
    "business_period": "varchar",
    "is_beside": "boolean",
    "content": "varchar",
}
MATCH_DECISIONS = {
    "review_id": "varchar",
    "decision": "varchar",
    "decided_at": "timestamp",
    "decided_by": "varchar",
    "reason": "varchar",
}
CONFLICT_DECISIONS = {
    "conflict_id": "varchar",
    "decision_id": "varchar",
    "entity_type": "varchar",
    "entity_id": "varchar",
    "attribute": "varchar",
    "dataset_id": "varchar",
    "value": "varchar",
    "compared_value": "varchar",
    "decided_at": "timestamp",
    "decided_by": "varchar",
    "reason": "varchar",
}
EXPECTED = {
    "dataset_id": "varchar",
    "department_id": "varchar",
    "department_zh": "varchar",
    "business_period": "varchar",
    "period_start": "date",
    "period_end": "date",
    "due_at": "timestamp",
}
CONTRACTS = {
    "dataset_id": "varchar",
    "department_id": "varchar",
    "department_zh": "varchar",
    "title_zh": "varchar",
    "title_en": "varchar",
    "each_row_is_a": "varchar",
    "catalogue_code": "varchar",
    "sharing_type": "varchar",
    "openness": "varchar",
    "level": "bigint",
    "cycle": "varchar",
    "mode": "varchar",
    "version": "bigint",
}
CONTRACT_COLUMNS = {
    "dataset_id": "varchar",
    "column_name": "varchar",
    "zh": "varchar",
    "type": "varchar",
    "level": "bigint",
    "meaning": "varchar",
    "is_required": "boolean",
}
PREVIOUS_VALUES = {
    "indicator_no": "bigint",
    "region_code": "varchar",
    "period": "varchar",
    "source": "varchar",
    "vintage": "varchar",
    "definition_version": "varchar",
    "value": "double",
    "build_id": "varchar",
}
PREVIOUS_RESTATEMENTS = {
    "indicator_no": "bigint",
    "region_code": "varchar",
    "period": "varchar",
    "before_value": "double",
    "after_value": "double",
    "cause": "varchar",
    "delivery_id": "varchar",
    "build_id": "varchar",
    "published_at": "timestamp",
}

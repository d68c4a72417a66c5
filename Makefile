# CityLake. Needs Python 3.11, git, make and the package registries; everything else is fetched once.

DATE   ?= 2025-09-30
PEOPLE ?= 50000
PYTHON ?= python3.11

BIN    := .venv/bin
READY  := .venv/.ready
# Two files of tests at a time; a file stays whole, so what it builds once is built once.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

# Where Python may not keep what it compiled, every process that a test starts would compile all of it again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help nightly test lint unit bench up down clean

help: ## say this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | \
		while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done
	@printf '\n  DATE=%s picks the business date, PEOPLE=%s the size of the sample city.\n' '$(DATE)' '$(PEOPLE)'
	@printf '  Everything written lies under CITYLAKE_HOME (%s).\n' '$(or $(CITYLAKE_HOME),./.citylake)'

nightly: $(READY) ## one whole night by Airflow over the sample city, ends with the tracker
	$(BIN)/python -m citylake.orchestration nightly --date $(DATE) --people $(PEOPLE)

test: lint ## everything that proves it works; what CI runs
	$(BIN)/python -m citylake.orchestration minio
	$(PYTEST)

lint: $(READY) ## style, types, one-way imports, SQL, YAML, contracts; also the pre-commit hooks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/yamllint --strict .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/citylake contracts check
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

unit: $(READY) ## the tests that need neither MinIO nor Airflow
	$(PYTEST) -m 'not store and not airflow'

bench: $(READY) ## the benchmarks: ratios and CPU seconds, also written to benchmarks.json
	$(BIN)/python tests/benchmarks/run.py --out benchmarks.json

up: $(READY) ## keep MinIO and Airflow's web page running on 127.0.0.1; prints addresses and passwords
	$(BIN)/python -m citylake.orchestration up

down: $(READY) ## stop what `make up` started
	$(BIN)/python -m citylake.orchestration down

clean: ## remove .venv and the caches (the data under CITYLAKE_HOME stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache plugins/*.egg-info

# The stamp is written last: an interrupted installation is taken up again.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || \
		{ echo 'CityLake needs Python 3.11: install it, or name it with PYTHON=/path/to/python3.11'; exit 1; }
	@test -x $(BIN)/python || { echo 'Making .venv (once, about two minutes)'; $(PYTHON) -m venv .venv; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

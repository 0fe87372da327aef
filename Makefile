# make install   .venv with everything, from Python and pip alone
# make demo      a district to look at, at http://127.0.0.1:8000 (PORT= moves it)
# make test      the tests, with nothing but what `make install` gives
# make check     exactly what the continuous integration runs
# make help      all of this, and the rest

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
# Two at a time: the smallest machine we promise has two cores.
JOBS ?= 2

.PHONY: help install demo test check docs reference lint types layers catalogues migrations test-sqlite test-postgres test-browser test-spark \
	packages bench messages vendor lock screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

install: .venv/installed ## .venv with everything the project runs and is tested with

.venv/installed: pyproject.toml requirements/dev.lock tools/install.sh
	@bash tools/install.sh

demo: install ## a district with three days behind it, served at http://127.0.0.1:8000 (PORT= moves it)
	@$(BIN)/renwang demo --host $(HOST) --port $(PORT)

test: install ## the tests on the embedded database; those in a browser run where there is one
	@$(BIN)/pytest -q -n $(JOBS) --dist worksteal -m "not slow"
	@if ! [ -x "$${CHROMIUM:-$$(command -v chromium || true)}" ]; then \
		echo "NOT RUN: the browser tests, for there is no Chromium here (apt-get install chromium fonts-noto-cjk)."; fi
	@echo "NOT RUN here: the slow tests and those on PostgreSQL; make check runs them."

check: install packages lint types layers catalogues reference migrations test-sqlite test-postgres test-browser ## what the CI runs
	@echo "make check: all passed"

packages:
	@bash tools/ci_packages.sh

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

layers: install
	$(BIN)/lint-imports --no-cache

catalogues: install
	$(BIN)/python tools/messages.py --check

reference: install
	$(BIN)/python tools/reference.py --check

docs: install ## write docs/reference/ from the sources
	$(BIN)/python tools/reference.py

migrations: install
	DJANGO_SETTINGS_MODULE=config.testing $(BIN)/python manage.py makemigrations --check --dry-run

test-sqlite: install
	$(BIN)/pytest -q -n $(JOBS) --dist worksteal -m "not browser"

test-postgres: install
	tools/with_postgres.sh $(BIN)/pytest -q -n $(JOBS) --dist worksteal -m "not browser and not walk"

# A missing browser is a failure here, not a skip.
test-browser: install
	RENWANG_BROWSER_REQUIRED=1 $(BIN)/pytest -q -m browser

test-spark: install ## the same figures and the same people on Spark as on DuckDB (installs pyspark, 445 MB; needs Java 17)
	$(BIN)/pip install -q "pyspark>=4,<5"
	$(BIN)/pytest -q renwang/programmes/enterprise/engine/tests/test_spark.py renwang/loop/registry/tests/test_linkage.py -k "spark or engines or 96"

bench: install ## every figure of benchmarks/, beside the limit it is compared with
	tools/with_postgres.sh bash -c 'for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python "$$file"; done'

messages: install ## update every app's catalogues from its sources
	$(BIN)/python tools/messages.py

vendor: install ## fetch the assets of tools/vendor.toml anew (needs npm)
	$(BIN)/python tools/vendor.py

lock: ## write requirements/*.lock from pyproject.toml
	bash tools/lock.sh

screenshots: install ## the pictures of the README, taken of the demo
	$(BIN)/python tools/screenshots.py

clean: ## remove what was made, but never var/, where a district's data may be
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info test-results
	find . -name '__pycache__' -prune -exec rm -rf {} +
	find renwang config -name '*.mo' -delete

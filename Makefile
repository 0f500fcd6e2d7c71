# Everything starts from python3 (3.11 or newer), make and git. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
UV_VERSION := 0.13.9
# Relative, because make cannot handle a space in a target's path.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.mediator-ready
SPARK_STAMP := $(VENV)/.mediator-spark
# Spark runs where there is a Java; only there it is worth its 450 MB.
SPARK_IF_JAVA := $(if $(shell command -v java 2>/dev/null || true),$(SPARK_STAMP))
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export UV_NO_PROGRESS := 1
# The machine's own list of whom to trust, as pip uses it: a company's network may bring its own.
export UV_SYSTEM_CERTS := 1
unexport PYTHONDONTWRITEBYTECODE

WORDS := $(shell find src/mediator/web/locale -name '*.po' 2>/dev/null)
export DJANGO_SETTINGS_MODULE := mediator.config.settings

.PHONY: help setup words spark lock demo example test lint types imports serve bench check

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## make the virtual environment with the locked dependencies and the mediator command

$(STAMP): requirements.lock pyproject.toml Makefile $(WORDS)
	@command -v $(PYTHON) >/dev/null || \
	  { echo "There is no $(PYTHON) here; install Python 3.11 or newer, or name another with PYTHON=." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mediator needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Run make with PYTHON=python3.12 or similar." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory .venv-module
	@test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip >/dev/null
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = "$(UV_VERSION)" || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'
	$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	@$(BIN)/python -m compileall -q src
	@test ! -d src/mediator/web/locale || $(BIN)/python -m mediator.web.catalogues compile
	@touch $@

.PHONY: .venv-module
.venv-module:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq python3-venv; \
	else \
	  echo "python3 lacks its venv module; install it first (on Debian: sudo apt-get install python3-venv)." >&2; exit 1; \
	fi

spark: $(SPARK_STAMP) ## add Apache Spark, for weigh --engine spark; needs Java 17 or newer

$(SPARK_STAMP): requirements-spark.lock $(STAMP)
	$(BIN)/uv pip install --quiet --require-hashes --no-deps -r requirements-spark.lock
	@touch $@

lock: $(STAMP) ## write requirements.lock and requirements-spark.lock anew from pyproject.toml
	UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet --python-version 3.11 \
	  --generate-hashes --no-annotate --group dev --output-file requirements.lock pyproject.toml
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"])' | \
	  UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet --python-version 3.11 \
	  --generate-hashes --no-annotate --constraint requirements.lock --output-file requirements-spark.lock -

words: $(STAMP) ## the catalogues of words: new messages in, and what is not translated
	$(BIN)/python -m mediator.web.catalogues update
	$(BIN)/python -m mediator.web.catalogues compile
	$(BIN)/python -m mediator.web.catalogues check

demo: $(STAMP) ## replay real orders through the escrow, audit them, catch a tampered copy
	$(BIN)/mediator demo

example: $(STAMP) ## load shops, deals and people to look at, then start the server
	$(BIN)/mediator example
	$(BIN)/mediator serve

test: $(STAMP) $(SPARK_IF_JAVA) ## all tests, the fast ones first
	$(BIN)/pytest -m "not slow" -n 2 --dist loadfile
	$(BIN)/pytest -m slow -n 2 --dist loadfile

lint: $(STAMP) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## static types
	$(BIN)/mypy

imports: $(STAMP) ## imports point down only
	$(BIN)/lint-imports

serve: $(STAMP) ## the server and a worker on the embedded database
	$(BIN)/mediator serve

bench: $(STAMP) ## how many whole deals a second, against a floor and pgbench
	$(BIN)/mediator bench engine

check: lint types imports test ## all that CI runs

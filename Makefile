# `make help` lists what there is to do. Everything lives in one virtual environment, made by the
# first working Python of at least 3.11; `make test PYTHON=python3.12 VENV=.venv-3.12` takes another.

VENV ?= .venv
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13; do \
	$$name -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && echo $$name && break; done)
BIN := $(VENV)/bin
# Modules are compiled when they are first imported: most of what comes along never is.
# Twice quiet: pip tells errors, and of servers that do not answer, but not of links it leaves out.
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile \
	-c constraints.txt

SCENARIOS ?= baseline frozen_ukraine afghanistan_instability
WORLDS ?= 500
UNTIL ?= 2035-Q4
OUT ?= results/first
FIGURES ?= influence change relations map
# Tests on every core; one that has nothing left takes over from one that has. `PARALLEL=` runs them
# one by one.
PARALLEL ?= -n logical --maxprocesses 8 --dist worksteal
# Tests that call every rule check the shapes in signatures at every call, the others don't: that
# takes two thirds of the time.
SHAPES := --jaxtyping-packages=agents,model,beartype.beartype
RULES := agents model $(wildcard tests/test_agents_[!bo]*.py) $(patsubst %,tests/test_model_%.py,\
	claims_decisions noise region rules)
REST := $(addprefix --ignore=,$(RULES))

COVERING := $(wildcard tests/test_agents_*.py tests/test_model_*.py tests/test_scenarios_*.py) \
	tests/test_experiments_design.py tests/test_experiments_engine.py

# Compiled modules are kept, whatever the shell says: every process of the tests would compile them
# all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-slow test-lowest test-newest check lint measure coverage mutants baseline golden \
	pages renew paper reliability audit sensitivity bench bench-page docs dist tune install install-dev clean

help: ## list what there is to do
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

run: install ## install, run three scenarios, draw the figures, print who leads where
	$(BIN)/crossroads run $(SCENARIOS) --worlds $(WORLDS) --until $(UNTIL) \
		--record-from 2000-Q1 --out $(OUT)
	$(BIN)/crossroads plot $(OUT) $(FIGURES)
	$(BIN)/crossroads summary $(OUT)
	@printf '\nNext: open %s, then write a scenario of your own (README.md, five minutes).\n' \
		$(OUT)/figures/change.png

test: install-dev ## install and run the tests, all but the slow ones
	$(BIN)/python -m pytest -m "not slow" $(SHAPES) $(PARALLEL) $(RULES)
	$(BIN)/python -m pytest -m "not slow" $(PARALLEL) $(REST)

test-slow: install-dev ## run the slow tests: kills, memory, clusters, object storage, browsers
	$(BIN)/python -m pytest -m slow $(PARALLEL) --maxprocesses 2

test-lowest: ## the narrow tests, with dependencies at their lowest versions
	$(MAKE) narrow VENV=.venv-lowest BOUNDS=lowest

test-newest: ## the narrow tests, with dependencies at their newest versions
	$(MAKE) narrow VENV=.venv-newest BOUNDS=newest

# What touches the dependencies: arrays, files, tables, figures, designs, fits. Warnings are told, not
# held against a version: old ones have their own.
NARROW := tests/test_model_region.py tests/test_model_engine_seam.py tests/test_scenarios_load.py \
	tests/test_scenarios_faults.py tests/test_experiments_batch.py tests/test_experiments_python.py \
	tests/test_experiments_export.py tests/test_experiments_design.py tests/test_experiments_figures.py \
	tests/test_experiments_tuning_scores.py
.PHONY: narrow
narrow: | $(BIN)/python
	echo > $(VENV)/bounds.txt
	test $(BOUNDS) = newest || $(BIN)/python tests/lowest.py > $(VENV)/bounds.txt
	$(BIN)/python -m pip install --quiet --upgrade --disable-pip-version-check -c $(VENV)/bounds.txt \
		-e . beartype hypothesis jsonschema psutil pytest pytest-timeout xarray
	$(BIN)/python -m pytest -q -o addopts= -m "not slow" -W default $(NARROW)

lint: install-dev ## style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## lint and test

measure: install-dev ## how large the project is, against its limits; CHECK=--check fails beyond them
	$(BIN)/python tests/measure.py $(CHECK)

coverage: install-dev ## branches of agents, model and scenarios that their tests reach
	$(BIN)/python -m coverage run --branch --source agents,model,scenarios -m pytest \
		-q -m "not slow" agents model scenarios $(COVERING)
	$(BIN)/python -m coverage report --skip-covered --fail-under 95

mutants: install-dev ## change the rules in COUNT places, one at a time: does a test notice?
	PYTHONPATH=. $(BIN)/python tests/mutants.py $(COUNT)

baseline: install-dev ## renew the model's numbers that a test keeps; the changelog says why
	PYTHONPATH=. $(BIN)/python tests/baseline.py

golden: install-dev ## renew what commands print of frozen folders, and show what differs
	COLUMNS=100 PYTHONPATH=. $(BIN)/python tests/golden.py --renew

pages: install-dev ## write what is made from the code: docs/tables.md, JSON Schemas
	PYTHONPATH=. $(BIN)/python tests/tables.py
	for kind in scenario experiment; do \
		$(BIN)/crossroads schema $$kind > $$kind.tmp && mv $$kind.tmp scenarios/$$kind.schema.json; done

renew: pages baseline ## write everything anew that pages and tests keep of results
	$(MAKE) golden
	PYTHONPATH=. $(BIN)/python tests/paper.py results/paper $(PARTS) --renew

paper: install-dev ## compute what README and docs print, and compare; RENEW=--renew writes what differs
	PYTHONPATH=. $(BIN)/python tests/paper.py results/paper $(PARTS) $(RENEW)

reliability: install-dev ## try to break it in ten ways, and write docs/reliability.md
	PYTHONPATH=.:tests $(BIN)/python tests/reliability.py

audit: install-dev ## licences of all that is installed; known faults of it, where pip-audit is there
	$(BIN)/python tests/licences.py
	@$(BIN)/python -m pip_audit --version >/dev/null 2>&1 && $(BIN)/python -m pip_audit \
		|| echo "known faults were not looked up: pip install pip-audit"

sensitivity: install-dev ## compute and write docs/sensitivity.md
	PYTHONPATH=. $(BIN)/python tests/paper.py results/sensitivity levels freeze rivals --renew

bench: install ## speed against mesa.batch_run and against the floor
	$(BIN)/crossroads bench

bench-page: install-dev ## how long the live page's first answer and a move take
	$(BIN)/python -m experiments.dashboard.bench

tune: install ## fit the posteriors that travel with the project: of 2010, 2014, 2018 and all
	for year in 2010 2014 2018 ""; do \
		$(BIN)/crossroads tune $${year:+--until $$year} --ship --out results/tuning-$${year:-all} \
		|| exit 1; done

dist: install-dev ## build the sdist and the wheel into dist/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check build
	$(BIN)/python -m build --outdir dist

docs: $(VENV)/.docs ## build the pages into site/, notebooks with their outputs
	rm -rf build/docs && mkdir -p build
	cp -r docs mkdocs.yml README.md build/  # notebooks write where they are run
	cd build && NO_MKDOCS_2_WARNING=1 ../$(BIN)/mkdocs build --strict --site-dir ../site

clean: ## remove environments, caches, pages and builds; results stay
	rm -rf .venv .venv-* build dist site *.egg-info .*_cache .hypothesis
	find scenarios agents model experiments tests docs -name __pycache__ -exec rm -rf {} +

install: $(VENV)/.run
install-dev: $(VENV)/.dev

# A stamp stands for an installation; what is new in the files it was made from renews it.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Crossroads needs Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV): a minute or two, the first time"
	$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV), with the tools of developers: a minute or two, the first time"
	$(INSTALL) -e .[dev]
	@touch $(VENV)/.run $@

$(VENV)/.docs: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e .[docs]
	@touch $(VENV)/.run $@

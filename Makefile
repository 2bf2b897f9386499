# `make help` lists what there is to do. Needs only make and Python 3.11 or newer.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Stays where it is when the rest is pinned anew: the tests want the build for processors, not for CUDA.
TORCH  := torch==2.13.0
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test lint format reference constraints clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

STDLIB := "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"

demo: $(VENV)/base ## extract Python's standard library, search it by meaning, score, check and rebuild its comments
	$(BIN)/codegloss extract $(STDLIB) --out demo/stdlib
	$(BIN)/codegloss show demo/stdlib
	$(BIN)/codegloss eval retrieval -m codegloss-mini -t functions:demo/stdlib \
		--limit-queries 300 --limit-pool 1500 --picture demo/quality.svg
	$(BIN)/codegloss score demo/stdlib --exit 0 --out demo/scores
	$(BIN)/codegloss check $(STDLIB) || test $$? -eq 1 # 1: there are findings
	$(BIN)/codegloss rebuild demo/stdlib --out demo/rebuilt

test: $(VENV)/dev ## run the default tests (ARGS="-m slow" and the like are passed on)
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/dev ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev ## rewrite the sources in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: $(VENV)/dev ## write docs/reference/ anew from the code
	$(BIN)/python docs/build_reference.py

constraints: ## pin what a fresh environment gets today
	rm -rf build/pins
	$(PYTHON) -m venv build/pins
	build/pins/bin/pip --disable-pip-version-check --quiet install $(TORCH) -e '.[dev]'
	{ echo "# The versions the project is tested with, written by \`make constraints\`."; \
	  build/pins/bin/pip freeze --exclude-editable | sed 's/+cpu$$//' | LC_ALL=C sort -f; } > build/constraints.txt
	mv build/constraints.txt constraints.txt

clean: ## remove everything that was built here
	rm -rf $(VENV) build demo dist .hypothesis .mypy_cache .pytest_cache .ruff_cache

# An environment is made once, and again when what it should hold has changed.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e '.[dev]'
	touch $(VENV)/base $@

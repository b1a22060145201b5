# Doors to the project. On a fresh machine `make demo` and `make test` need only Python 3.11 or newer and make:
# each makes its own environment in .venv and installs the locked versions, checked by hash.
#
#   make demo     the built-in study, end to end: ledger on the screen, report in out/sys6020-sle
#   make test     the whole test suite, examples in docstrings included
#   make lint     style, types and the order of the rooms
#   make docs     the documentation as HTML in docs/_build/html
#   make verify   longer checks, the verification suites where their folder is at hand, and the tests again with the
#                 oldest dependencies that pyproject.toml allows
#   make bench    silicart beside other simulators, those that install; renews the figures of docs/benchmark.md
#   make lock     renew the lock files after a change of dependencies
#   make clean    remove what was built; the environments stay
#
# Another Python: make test PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
STUDY ?= sys6020-sle
PATIENTS ?= 1000
OUT ?= out/$(STUDY)

VERSION := $(shell $(PYTHON) -c "import sys; print('.'.join(map(str, sys.version_info[:2])))" 2>/dev/null)
BIN := $(VENV)/bin
LOWEST := .venv-lowest
BENCH := .venv-bench
BENCH_OPTIONS ?=

# Stamps: each says which step of the environment is done, so that a second make does nothing.
CREATED := $(VENV)/.created-$(VERSION)
RUN := $(VENV)/.installed-run
DEVELOP := $(VENV)/.installed-develop

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
PROJECT := --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs verify bench lock clean environment
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

demo: $(RUN)
	$(BIN)/silicart run $(STUDY) --patients $(PATIENTS) --out $(OUT)

environment: $(DEVELOP)

test: $(DEVELOP)
	$(BIN)/python -m pytest

lint: $(DEVELOP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(DEVELOP)
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -d docs/_build/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

verify: $(DEVELOP) $(LOWEST)/.installed
	$(BIN)/python -m pytest -m verify
	@# Old releases beside younger ones of what they use give deprecation warnings that only their next release can mend.
	PYTEST_ADDOPTS="-W ignore::DeprecationWarning" $(LOWEST)/bin/python -m pytest

bench: $(BENCH)/.installed
	$(BENCH)/bin/silicart bench --out out/bench --docs docs $(BENCH_OPTIONS)

lock: $(DEVELOP)
	requirements/renew $(BIN)/uv

clean:
	rm -rf build dist out docs/_build .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache

$(CREATED):
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "silicart needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@# An environment of another Python is replaced; one that was left unfinished is completed.
	@if [ -e $(VENV)/pyvenv.cfg ] && ! grep -q "^version = $(VERSION)\." $(VENV)/pyvenv.cfg; then rm -rf $(VENV); fi
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN): $(CREATED) requirements/run.lock pyproject.toml
	$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/run.lock
	$(BIN)/python $(PIP_INSTALL) $(PROJECT)
	@touch $@

$(DEVELOP): $(CREATED) requirements/develop.lock pyproject.toml
	$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/develop.lock
	$(BIN)/python $(PIP_INSTALL) $(PROJECT)
	@touch $(RUN) $@

$(LOWEST)/.installed: requirements/lowest.lock pyproject.toml
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/lowest.lock
	$(LOWEST)/bin/python $(PIP_INSTALL) $(PROJECT)
	@touch $@

# One after the other: a simulator that cannot be installed here is left out, and the benchmark names it.
$(BENCH)/.installed: requirements/run.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "silicart needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(BENCH)
	$(BENCH)/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/run.lock
	$(BENCH)/bin/python $(PIP_INSTALL) $(PROJECT)
	@$(BENCH)/bin/python -c "import tomllib; \
	  print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['bench'], sep='\n')" \
	| while read -r peer; do \
	  echo "installing $$peer"; \
	  $(BENCH)/bin/python $(PIP_INSTALL) "$$peer" > $(BENCH)/last.log 2>&1 || \
	    { echo "$$peer cannot be installed here and is left out:" >&2; tail -n 3 $(BENCH)/last.log >&2; }; \
	done
	@touch $@

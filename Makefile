# Everything installs into .venv from the lock files; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= demo-data
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: demo test check bench screenshots soak soak-ci install lock clean

demo: $(VENV)/.installed ## seed the demo city on first use and serve the web chat
	@exec $(BIN)/yumiao demo --data $(DATA)

test: $(VENV)/.installed-dev ## run every test but the soaks
	$(BIN)/python -m pytest -n 2 --ignore=tests/soak

check: $(VENV)/.installed-dev ## style, types, layers, migrations, texts
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m storage.migrations
	$(BIN)/python -m dialogue.texts

bench: $(VENV)/.installed-dev ## measure, as JSON and as a table
	$(BIN)/yumiao bench

soak-ci: $(VENV)/.installed-dev ## kills and dropped connections, the size of every run
	$(BIN)/python -m pytest -n 2 tests/soak

soak: $(VENV)/.installed-dev ## the night's size, an hour or two; figures in reports/reliability.json
	YUMIAO_SOAK=night $(BIN)/python -m pytest tests/soak

screenshots: $(VENV)/.installed-dev ## every page anew into docs/screenshots, from the demo city (needs Chromium)
	$(BIN)/python -m tests.screenshots

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q bot dialogue domain handlers reminders storage # else each start may do it: 0.3 s
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	touch $@

lock: ## write both lock files anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) $(DATA)

# Every target makes the environment it needs, by itself, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test lint format readme docs package bench fixtures clean

demo: $(VENV)/base.stamp
	$(BIN)/wan-mock demo --out demo-output

test: $(VENV)/dev.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report $(if $(CI),--fail-under=100)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The parts of README and docs that come from code, contract document and tested files.
readme: $(VENV)/dev.stamp
	$(BIN)/python -m docs.generate

# The site, in site/; a warning, a broken link or a broken anchor is an error.
docs: $(VENV)/dev.stamp
	rm -rf site
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c docs -d $(VENV)/doctrees . site

# The wheel, tried where nothing else is installed.
package: $(VENV)/dev.stamp
	rm -rf dist
	$(PIP) wheel --no-deps --wheel-dir dist .
	$(PYTHON) -m venv dist/venv
	dist/venv/bin/python -m pip --quiet --disable-pip-version-check install dist/*.whl
	cd dist && venv/bin/wan-mock rules --format json >/dev/null && venv/bin/wan-mock demo --latency instant --out demo

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

fixtures: $(VENV)/dev.stamp
	$(BIN)/python -m fixtures.make
	$(BIN)/python -m fixtures.samples

clean:
	rm -rf $(VENV) dist demo-output site .coverage*

$(VENV)/base.stamp: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wan-mock needs Python 3.11 or later; choose one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	$(PIP) install --editable '.[contracts]' --group dev
	touch $@

# Every target makes the environment it needs, by itself, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STATES := tests/mock_server/state
IMAGE ?= wan-mock
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test states lint format readme docs build wheel wheel-list image image-test package bench peers soak rolling scale faults soundness conformance fixtures clean

demo: $(VENV)/base.stamp
	$(BIN)/wan-mock demo --out demo-output

test: $(VENV)/dev.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/contracts tests/mock_server --numprocesses 2 --dist loadfile
	$(BIN)/coverage run -m pytest --ignore tests/contracts --ignore tests/mock_server --numprocesses 2 --dist loadfile
	WAN_MOCK_TESTS_STATE=sqlite $(BIN)/coverage run -m pytest --numprocesses 2 --dist loadfile @$(STATES)/short.txt
	WAN_MOCK_TESTS_STATE=redis $(BIN)/coverage run -m pytest --numprocesses 2 --dist loadfile @$(STATES)/short.txt
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report $(if $(CI),--fail-under=100)

# What is asked over HTTP, of two emulators in turn that share their accounts; and processes that are killed, for longer.
states: $(VENV)/dev.stamp
	WAN_MOCK_TESTS_STATE=sqlite $(BIN)/pytest --numprocesses 2 --dist loadfile @$(STATES)/all.txt
	WAN_MOCK_TESTS_STATE=redis $(BIN)/pytest --numprocesses 2 --dist loadfile @$(STATES)/all.txt
	WAN_MOCK_TESTS_ROUNDS=10 $(BIN)/pytest $(STATES)

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

# dist/ gets the sdist, and the wheel that is made from it.
build: $(VENV)/dev.stamp
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

# The list of what is in the wheel, as it is now.
wheel-list: build
	$(BIN)/python -m release.wheel_list --renew dist

# The wheel has what is listed, is the same made from the tree, and works where nothing else is installed.
wheel: build
	$(BIN)/python -m release.wheel_list dist
	$(BIN)/python -m build --wheel --outdir dist/tree .
	cmp dist/*.whl dist/tree/*.whl
	release/try-wheel $(PYTHON) dist/*.whl

# With docker or podman, else with the program that IMAGE_BUILDER names.
image:
	deploy/image build $(IMAGE)

# The end-to-end suite against the process in the image.
image-test: image $(VENV)/dev.stamp
	E2E_IMAGE=$(IMAGE) $(BIN)/pytest tests/end_to_end -m image

package: wheel image-test

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

# The emulator beside what a user would otherwise pick; npm installs the others below .peers/. PEERS is for options, such as '--only loads --page docs/performance.md'.
peers: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.peers $(PEERS)

# Half an hour of mixed traffic with faults, drawn as soak/soak.svg: flat after the warm-up; SOAK is for options, such as '--minutes 3 --jobs 60000'.
soak: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.soak $(SOAK)

# Emulators that share a state behind nginx are ended and started again in turn, under load: nothing is lost. It needs nginx and Redis; ROLLING is for options, such as '--state sqlite --rounds 5'.
rolling: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.rolling $(ROLLING)

# What a shared state costs beside memory, and what a second process gives; SCALE is for options, such as '--page docs/scaling.md'.
scale: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.scale $(SCALE)

# Which seeded faults the contract suite finds; FAULTS is for options, such as '--only lives --plain 0'.
faults: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.faults $(FAULTS)

# The contract suite finds nothing wrong with the emulator: many seeds and settings, and behind nginx. It takes minutes.
soundness: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.soundness

# Each faulty client is found by its own case, and nothing is found in the good ones; CLIENTS is for options, such as '--rounds 10 --stress'.
conformance: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.clients $(CLIENTS)

fixtures: $(VENV)/dev.stamp
	$(BIN)/python -m fixtures.make
	$(BIN)/python -m fixtures.samples

clean:
	rm -rf $(VENV) dist demo-output site soak .peers .coverage*

$(VENV)/base.stamp: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wan-mock needs Python 3.11 or later; choose one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	$(PIP) install --editable '.[contracts,granian,redis]' --group dev
	touch $@

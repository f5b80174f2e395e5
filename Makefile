# Two commands do everything from a clean clone: `make demo` and `make test`.
# Both build the environment in .venv first, from the versions in requirements.lock.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test test-outer lint types layers check lock templates pictures bench clean

demo: $(READY)
	@$(BIN)/cohort-stats demo -o demo

test: $(READY)
	$(BIN)/pytest -n auto -m "not outer"

# What needs LibreOffice, Chromium or R; each test says so and is skipped where it is missing.
test-outer: $(READY)
	$(BIN)/pytest -m outer

check: lint types layers

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

templates: $(READY)
	$(BIN)/python -m data_templates.build

# Pictures of Word tables and of the page in docs/pictures; needs LibreOffice, Poppler, Chromium.
pictures: $(READY)
	$(BIN)/python docs/pictures/take.py

bench: $(READY)
	$(BIN)/python benchmarks/processes.py
	$(BIN)/python benchmarks/packet.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/all.py

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header \
		--group dev pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@echo "Building the environment in $(VENV) (once; takes a minute or two) …"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf $(VENV) demo build *.egg-info

# Everything a newcomer needs: `make demo`, `make test`. Each sets up what it needs first.
PYTHON ?= python3
BIN := .venv/bin
# jsii runs well on Node.js 20, past whose end of life it prints a banner.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: setup demo test lint tests soak build lock schemas clean
.DELETE_ON_ERROR:

setup: .venv/ready

# uv installs the locked packages in seconds; pip alone would take over a minute.
.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tagging needs Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@node --version >/dev/null 2>&1 || { echo "Tagging needs Node.js (18 or newer) to synthesise its stack"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[^ ]*' requirements.txt)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/tagging demo

test: lint tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

tests: setup
	$(BIN)/pytest -n 2 --dist loadfile

# The long form of what `make tests` holds in short: generated deliveries, mails and images in their tens of thousands,
# each promise broken on purpose, one environment's growth, and 20,000 mails through the local cloud. Hours.
soak: setup
	$(BIN)/uv pip install --quiet --python $(BIN)/python "atheris>=3"
	$(BIN)/pytest -n 2 --dist loadfile tests/promises --times 30
	$(BIN)/python -m tests.fuzz.run
	$(BIN)/python -m tests.fuzz.measure
	$(BIN)/python -m tests.promises.mutate
	$(BIN)/python -m tests.soak.growth
	$(BIN)/python -m tests.soak.growth --function tag_image
	$(BIN)/python -m tests.soak.run

build: setup
	$(BIN)/tagging build

# After a change of the dependencies in pyproject.toml or layers/runtime/*.in.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/python -m layers.runtime.lock

# After a change of a message's model.
schemas: setup
	$(BIN)/python -m tests.service.test_schemas

clean:
	rm -rf .venv build cdk.out

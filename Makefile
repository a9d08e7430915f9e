# Start with `make demo` and `make test`. Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
# jsii works with Node.js 20, but prints a banner because 20 is past its end of life.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: help setup demo test lint tests soak build lock schemas clean
.DELETE_ON_ERROR:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## Install the locked packages into .venv

# uv installs the packages in seconds; pip alone takes over a minute.
.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tagging needs Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@node --version >/dev/null 2>&1 || { echo "Tagging needs Node.js (18 or newer) to synthesise its stack"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[^ ]*' requirements.txt)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Run the whole path on this machine, without AWS
	$(BIN)/tagging demo

test: lint tests ## Run lint, types and tests, as CI does

lint: setup ## Check style, import contracts and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

tests: setup ## Run the tests on two processes
	$(BIN)/pytest -n 2 --dist loadfile

# The long form of the tests: tens of thousands of generated deliveries, mails and images, each promise broken on purpose,
# the growth of one environment, and 20,000 mails through the local cloud.
soak: setup ## Run the long tests: hours of generated input, faults and broken promises
	$(BIN)/uv pip install --quiet --python $(BIN)/python "atheris>=3"
	$(BIN)/pytest -n 2 --dist loadfile tests/promises --times 30 -o faulthandler_timeout=0
	$(BIN)/python -m tests.fuzz.run
	$(BIN)/python -m tests.fuzz.measure
	$(BIN)/python -m tests.promises.mutate
	$(BIN)/python -m tests.soak.growth
	$(BIN)/python -m tests.soak.growth --function tag_image
	$(BIN)/python -m tests.soak.run
	$(BIN)/python -m tests.soak.reprocess

build: setup ## Build and check the layers for Lambda
	$(BIN)/tagging build

# Reads the dependencies from pyproject.toml and layers/runtime/*.in.
lock: setup ## Update the lock files after a change of dependencies
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/python -m layers.runtime.lock

schemas: setup ## Write events/schemas and the reasons in docs after a change of a message
	$(BIN)/python -m tests.service.test_schemas

clean: ## Remove .venv, build and cdk.out
	rm -rf .venv build cdk.out

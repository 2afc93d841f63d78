# The commands of the project: `make` lists them. All that they make is in .venv, .local/ and build/.
PYTHON ?= python3
BIN := .venv/bin
IN_WEB := cd web && PATH="$(CURDIR)/.venv/bin:$$PATH"
UV := 0.13.9
PORT ?= 8400
PROFILE ?= real
SESSIONS ?=
export PORT PROFILE DEBUG
# Byte code is written by whoever imports first (compiling all of what is installed would take longer than all else of a first start);
# some shells forbid it, and then every cold start would pay.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: .venv/run.stamp web/node_modules/run.stamp ## the whole product on this machine: PORT=8400, PROFILE=fast (a block is 15 s), DEBUG=1 (breakpoints)
	@exec $(BIN)/python -m infra.local

check: .venv/dev.stamp web/node_modules/dev.stamp ## format, lint, types, layers, generated files, the state machines, and the cloud's description by cfn-lint and cdk-nag
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.generate --check
	$(BIN)/python -m tools.statemachines
	$(IN_WEB) node tools/types.mjs --check
	$(IN_WEB) npm run --silent types
	$(IN_WEB) npm run --silent lint
	@$(MAKE) --no-print-directory synth

test: .venv/dev.stamp web/node_modules/dev.stamp ## every test, level by level, with all branches of the rules covered; installs Chromium, coturn and clamd if they are missing
	$(BIN)/python -m tools.programs
	$(BIN)/python -m tools.levels
	$(BIN)/coverage report --fail-under=100 --show-missing --skip-covered

synth: .venv/dev.stamp web/node_modules/run.stamp ## the whole template of a deployed stage, checked, in build/cloud
	$(BIN)/python -m infra.cdk.check

generate: .venv/dev.stamp web/node_modules/dev.stamp ## write the generated files anew
	$(BIN)/python -m tools.generate
	$(IN_WEB) node tools/types.mjs

format: .venv/dev.stamp web/node_modules/dev.stamp ## put the code in its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(IN_WEB) npm run --silent format

shots: .venv/dev.stamp web/node_modules/dev.stamp ## a picture of every page, both languages, phone and desk, light and dark, in build/shots
	$(BIN)/python -m tools.programs
	$(BIN)/python -m tests.journeys.browser.shots $(ONLY)

demo: .venv/dev.stamp ## a paid video call, a text session and a disputed work, played against `make run PROFILE=fast`: SESSIONS=100 for a load
	$(BIN)/python -m demo $(SESSIONS)

grant: .venv/run.stamp ## grant a role to somebody registered: EMAIL=vera@example.org ROLE=moderator
	@$(BIN)/python -m infra.local.grant

turn-secret: .venv/run.stamp ## print what a TURN server must know, as lines of coturn's configuration (docs/turn.md)
	@$(BIN)/python -m infra.local.turn

audit: .venv/run.stamp ## recompute every balance of the running product from the journal
	$(BIN)/python -m infra.local.audit

reindex: .venv/run.stamp ## have the search index of the running product made anew
	@$(BIN)/python -m infra.local.reindex

bench: .venv/dev.stamp ## the figures that we hold ourselves to, in build/bench.json: BESIDE=4cdad63 (beside an older build) ROWS=acts,search TWIPS=20000
	$(if $(TWIPS),TWIP_BENCH_TWIPS=$(TWIPS) )$(BIN)/python -m bench $(if $(BESIDE),--beside $(BESIDE)) $(if $(ROWS),--rows $(ROWS))

bench-web: .venv/dev.stamp web/node_modules/dev.stamp ## what the web client costs: sizes, Lighthouse, first media, the grid, in build/bench-web.json
	$(BIN)/python -m tools.programs
	$(BIN)/python -m tests.journeys.browser.costs

soak: .venv/dev.stamp ## the long runs; the simulation's may be done in parts, summed in build/soak.json: SEEDS=5000 FROM=0
	AGREEMENT_STEPS=5000 $(BIN)/python -m pytest -q --timeout 900 tests/dynamo/test_agreement.py
	BOOKS_RUNS=2000 $(BIN)/python -m pytest -q tests/model/books
	LARGE_MB=200 $(BIN)/python -m pytest -q tests/journeys/browser/test_selling_files.py -k outlives
	$(BIN)/python -m sim --seeds $(or $(SEEDS),5000) $(if $(FROM),--first $(FROM))

venv: .venv/dev.stamp ## make the environment (the other commands do it by themselves)

.venv: .venv/dev.stamp

.venv/uv-$(UV).stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Twip needs Python 3.11 or newer: make PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV)
	@touch $@

# What `make run` needs comes first and alone: a newcomer's first start waits for no linter.
.venv/run.stamp: .venv/uv-$(UV).stamp requirements.txt requirements-run.txt
	@$(BIN)/uv pip install -q -p $(BIN)/python --no-deps -r requirements-run.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	@$(BIN)/uv pip install -q -p $(BIN)/python --no-deps -r requirements-dev.txt
	@touch $@

# npm ci empties the folder: whoever installs the tools for development has what a run needs too.
web/node_modules/run.stamp: .venv/run.stamp web/package-lock.json
	@$(IN_WEB) npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

web/node_modules/dev.stamp: .venv/run.stamp web/package-lock.json
	@$(IN_WEB) npm ci --no-audit --no-fund --loglevel=error
	@touch web/node_modules/run.stamp $@

.PHONY: help run check test synth generate format shots demo grant turn-secret audit reindex bench bench-web soak venv .venv
.DEFAULT_GOAL := help

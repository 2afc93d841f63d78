PYTHON ?= python3
BIN := .venv/bin
UV := 0.13.9
PORT ?= 8400
PROFILE ?= real
unexport PYTHONDONTWRITEBYTECODE

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV)
	@$(BIN)/uv pip install -q -p $(BIN)/python --compile-bytecode -r requirements-dev.txt
	@touch $@

venv: .venv/.ready ## make the environment (the other commands do it by themselves)

.PHONY: help venv
.DEFAULT_GOAL := help

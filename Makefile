# Everything a person types to work on Pestle or run it. `make run` on a fresh clone does the rest by itself.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
STAMP := .venv/.set-up
PORT ?= 8000

.PHONY: help setup run test check day screens keys migration requirements docs

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## Make .venv with everything pinned in it

$(STAMP): requirements-dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the pinned packages."
	@$(PIP) --require-hashes -r requirements-dev.txt > .venv/set-up.log 2>&1 || { cat .venv/set-up.log >&2; exit 1; }
	@$(PIP) --no-deps --no-build-isolation -e . >> .venv/set-up.log 2>&1 || { cat .venv/set-up.log >&2; exit 1; }
	@tests/chromium.sh
	@touch $(STAMP)

run: $(STAMP) ## Open the pharmacy at http://127.0.0.1:8000/ (PORT=... for another port)
	@exec $(BIN)/pestle run --port $(PORT)

test: $(STAMP) ## Run every test
	@$(BIN)/pytest -n 2 --dist loadfile

check: $(STAMP) ## What a commit must pass: style, types, imports, migrations, the fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pestle.config.initial_migration --check
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not browser"

day: $(STAMP) ## Work a made-up day of 300 prescriptions through every station
	@$(BIN)/pestle demo day --prescriptions 300 --seed 7 --json

screens: $(STAMP) ## Take a picture of every page and state, light and dark
	@$(BIN)/pestle demo screens

keys: $(STAMP) ## Count the keys that each task takes, beside its budget
	@$(BIN)/pytest -q tests/pages/test_keys_browser.py

migration: $(STAMP) ## Write the one initial migration anew from the models
	@$(BIN)/python -m pestle.config.initial_migration

requirements: $(STAMP) ## Pin the requirements anew
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-options --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-options --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --output-file requirements-dev.txt requirements-dev.in

docs: $(STAMP) ## Write the generated pages of docs/ anew
	@$(BIN)/pestle docs

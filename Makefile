# The product's own commands. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PYTEST ?=
FAULTS ?=
LOCK := $(CURDIR)/$(BIN)/python -m piptools compile --quiet --strip-extras --no-emit-options \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help run setup test check faults bench reset-demo lock translations compile-translations dev

help:  ## what each command does
	@echo "make COMMAND, where COMMAND is:"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-15s %s\n", $$1, $$2 }'

run: setup  ## start web and worker on port 8000 (PORT=...), with the demonstration on first start
	@AGENDA_DEMO=$${AGENDA_DEMO:-1} PORT=$(PORT) exec $(BIN)/python -m agenda up --port $(PORT)

setup: .venv/.stamp-run compile-translations  ## make the environment in .venv

test: dev compile-translations  ## everything tests need, all checks, then all tests (PYTEST="..." narrows)
	@$(BIN)/python -m tools.needs
	@$(MAKE) --no-print-directory check
	@echo "== tests"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST)

check: dev  ## format, lint, types, import directions, translations, vendored files, known vulnerabilities
	@echo "== format: ruff format"
	@$(BIN)/ruff format --check .
	@echo "== lint: ruff check"
	@$(BIN)/ruff check .
	@echo "== types: mypy"
	@$(BIN)/mypy
	@echo "== import directions: import-linter"
	@$(BIN)/lint-imports --no-cache --no-logo
	@echo "== translations"
	@$(BIN)/python -m tools.translations check
	@echo "== vendored files"
	@$(BIN)/python -m tools.vendored
	@echo "== known vulnerabilities: pip-audit"
	@$(BIN)/python -m tools.audit requirements.txt tests/requirements.txt

faults: dev compile-translations  ## kill, freeze, starve and cut off the running product for 20 minutes, and tell what did not hold (FAULTS="--seed 7 --minutes 5" narrows)
	@$(BIN)/python -m tests.faults $(FAULTS)

bench: dev compile-translations  ## measure pages, drafting, topics alike, the search, the outbox, fifty people at once, retention, reminders, dates, invitations, answers, feeds, the planner, the burden, packs and backups
	@$(BIN)/python -m benchmarks.pages
	@echo
	@$(BIN)/python -m benchmarks.drafting
	@echo
	@$(BIN)/python -m benchmarks.likeness
	@echo
	@$(BIN)/python -m benchmarks.search
	@echo
	@$(BIN)/python -m benchmarks.outbox
	@echo
	@$(BIN)/python -m benchmarks.outbox_workers
	@echo
	@$(BIN)/python -m benchmarks.people
	@echo
	@$(BIN)/python -m benchmarks.retention
	@echo
	@$(BIN)/python -m benchmarks.ranking
	@echo
	@$(BIN)/python -m benchmarks.reading
	@echo
	@$(BIN)/python -m benchmarks.invitations
	@echo
	@$(BIN)/python -m benchmarks.replies
	@echo
	@$(BIN)/python -m benchmarks.feeds
	@echo
	@$(BIN)/python -m benchmarks.fuzz_messages 10000
	@echo
	@$(BIN)/python -m benchmarks.classical
	@echo
	@$(BIN)/python -m benchmarks.planner
	@echo
	@$(BIN)/python -m benchmarks.burden
	@echo
	@$(BIN)/python -m benchmarks.regional
	@echo
	@$(BIN)/python -m benchmarks.packs
	@echo
	@$(BIN)/python -m benchmarks.backup
	@echo
	@$(BIN)/python -m benchmarks.reminders

reset-demo: setup  ## throw the data under var/ away and load the demonstration afresh
	@test -z "$$AGENDA_DATABASE_URL" \
		|| { echo "AGENDA_DATABASE_URL is set: reset-demo only throws away the database under var/."; exit 1; }
	@rm -rf "$${AGENDA_VAR:-var}"/agenda.sqlite* "$${AGENDA_VAR:-var}"/mail
	@AGENDA_DEMO=1 $(BIN)/python -m agenda demo load

lock: dev  ## compile the pinned requirements from the hand-kept lists (UPGRADE=--upgrade for newer ones)
	@CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(UPGRADE) -o requirements.txt requirements.in
	@cd tests && CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(UPGRADE) -o requirements.txt requirements.in

translations: dev  ## new messages into the Dutch catalogues, translations kept
	@$(BIN)/python -m tools.translations update
	@$(BIN)/python -m tools.translations compile

compile-translations: .venv/.stamp-run
	@$(BIN)/python -m tools.translations compile

dev: .venv/.stamp-dev

.venv/.stamp-run: requirements.txt
	@command -v $(PYTHON) >/dev/null \
		|| { echo "$(PYTHON) is not on this machine: install Python 3.11 or newer, or say PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11: install a newer one and say PYTHON=python3.11."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make environments: install its venv package (Debian: apt-get install python3-venv)."; exit 1; }
	@test -x $(BIN)/python || { echo "Making .venv ..."; $(PYTHON) -m venv .venv; }
	@echo "Installing what the product runs on ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.stamp-dev: .venv/.stamp-run tests/requirements.txt
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt -r tests/requirements.txt
	@touch $@

# Everything a newcomer or a developer runs. Needs git, make and Python 3; brings the rest with it.

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

UV := $(or $(shell command -v uv),.venv-uv/bin/uv)
PYTHON := .venv/bin/python
VAR := $(or $(PORTAL_VAR),var)
RUNTIME := .venv/installed-base
TOOLS := .venv/installed-dev

# The embedded database answers while the command runs; with DATABASE_URL set, your own server does.
WITH_DATABASE := PORTAL_DEV=$${PORTAL_DEV-1} $(PYTHON) -m portal.postgres run $(PYTHON)

# What `check --deploy` sees: settings as strict as in production. None of these values is used anywhere else.
LIKE_PRODUCTION := PORTAL_DEMO=0 PORTAL_DEV=0 PORTAL_BASE_URL=https://portal.example \
	SECRET_KEY=for-the-check-alone-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ \
	DATABASE_URL=postgres://application@localhost/portal EMAIL_URL=smtp://localhost:25 \
	PORTAL_MASTER_KEYS=for-the-check:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= \
	GITHUB_CLIENT_ID=for-the-check GITHUB_CLIENT_SECRET=for-the-check

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(RUNTIME) ## try the portal out with a sample organisation, on http://localhost:8000/
	@$(PYTHON) -m portal.supervisor

.PHONY: demo-reset
demo-reset: $(RUNTIME) ## the same, beginning anew
	@$(PYTHON) -m portal.supervisor reset

.PHONY: test
test: $(TOOLS) ## run all tests (ARGS="-k clock" for some)
	$(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

CHECKS := ruff format types imports templates migrations settings bandit dependencies
.PHONY: lint $(CHECKS:%=lint-%)
lint: $(CHECKS:%=lint-%) ## run every check that needs no database (make -k lint: all of them, whatever fails)
lint-ruff: $(TOOLS)
	.venv/bin/ruff check
lint-format: $(TOOLS)
	.venv/bin/ruff format --check
lint-types: $(TOOLS)
	PORTAL_DEV=1 .venv/bin/mypy
lint-imports: $(TOOLS)
	.venv/bin/lint-imports
lint-templates: $(TOOLS)
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/djlint templates --check
lint-migrations: $(TOOLS)
	PORTAL_DEV=1 $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
lint-settings: $(TOOLS)
	$(LIKE_PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

lint-bandit: $(TOOLS)
	.venv/bin/bandit --quiet --recursive --configfile pyproject.toml portal teams reports disclosures deploy manage.py
lint-dependencies: $(TOOLS)
	$(PYTHON) deploy/audit_dependencies.py requirements/base.txt requirements/dev.txt requirements/uv.txt

.PHONY: bench
bench: $(TOOLS) ## measure pages, sweep and memory with 1,000 and 100,000 reports
	@PORTAL_DEV=$${PORTAL_DEV-1} $(PYTHON) manage.py bench $(ARGS)

.PHONY: bench-github
bench-github: $(TOOLS) ## measure reading 1,000 repositories with 50 collaborators each from a GitHub on this machine
	@$(PYTHON) -m pytest -q -s -n 0 -p no:cacheprovider tests/github/bench.py

.PHONY: bench-mail
bench-mail: $(TOOLS) ## measure taking 1,000 mails out of a mailbox on this machine (needs Dovecot)
	@$(PYTHON) -m pytest -q -s -n 0 -p no:cacheprovider tests/mail/bench.py

.PHONY: migrate
migrate: $(RUNTIME) ## bring the database up to date, as the owner of its tables
	@$(WITH_DATABASE) manage.py migrate $(ARGS)

.PHONY: shell
shell: $(RUNTIME) ## open a Python shell on the portal's data
	@$(WITH_DATABASE) manage.py shell $(ARGS)

.PHONY: screenshots
screenshots: $(TOOLS) ## take the README's pictures anew
	$(PYTHON) -m tests.browser.screenshots

COMPILE := --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.12 --quiet $(UPGRADE)
.PHONY: lock
lock: $(UV) ## write requirements/*.txt from pyproject.toml (UPGRADE=--upgrade for newer versions)
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile $(COMPILE) pyproject.toml -o requirements/base.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile $(COMPILE) --group dev -c requirements/base.txt \
		pyproject.toml -o requirements/dev.txt
	echo uv | UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile $(COMPILE) - -o requirements/uv.txt

.PHONY: clean
clean: ## remove everything that is not in the repository, the demo's data included
	@test ! -x $(PYTHON) || PORTAL_VAR=$(VAR) $(PYTHON) -m portal.postgres remove
	@test ! -x $(PYTHON) || PORTAL_VAR=$(VAR)/tests $(PYTHON) -m portal.postgres remove
	rm -rf .venv .venv-uv $(VAR) staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv-uv/bin/uv: requirements/uv.txt
	@python3 -m venv .venv-uv || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	.venv-uv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

$(PYTHON): | $(UV)
	$(UV) venv --quiet --python "$$(cat .python-version)" .venv || $(UV) venv --python ">=3.12" .venv

$(RUNTIME): requirements/base.txt | $(PYTHON)
	$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r requirements/base.txt
	@touch $@

$(TOOLS): requirements/dev.txt | $(RUNTIME)
	$(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements/dev.txt
	@touch $@

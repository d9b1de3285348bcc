# Needs make, a package index and any Python >= 3.11; the rest is installed here, pinned by hash.
# PYTHON=/path/to/python3.12 chooses the interpreter.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test prove contract lint lint-code lint-template build built browser bench mutants fuzz fleet fake serve lock clean

VENV := .venv
UV_VENV := .venv-uv
SAM_VENV := .venv-sam
CHECKOV_VENV := .venv-checkov
LAMBDA_VENV := .venv-lambda
BENCH_VENV := .venv-bench
PACKAGES := build/packages
SBOMS := $(PACKAGES)/SharedLayer.cdx.json $(PACKAGES)/ListReportFunction.cdx.json

# A path or a user-wide pip setting of the shell would leak packages into the environments.
unexport PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export SAM_CLI_TELEMETRY := 0
export UV_PYTHON_DOWNLOADS := never
# uv goes by what pip was told, and gives up soon where that is not enough: pip takes over then
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_HTTP_TIMEOUT ?= 10
# SAM wants a region even for what never leaves this machine.
export AWS_DEFAULT_REGION ?= us-east-1

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

# Lambda's own minor version: only it writes bytecode that Lambda accepts. pyenv's shims may refuse
# to start it, so its folders are searched as well.
PYTHON313 ?= $(shell for p in python3.13 "$$(pyenv root 2>/dev/null)"/versions/3.13*/bin/python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && { echo "$$p"; break; }; done)

# every package that shared/requirements.txt names
IN_THE_LAYER = $(shell sed -n 's/^\([a-z0-9-]*\)==.*/\1/p' shared/requirements.txt)

say = @printf '\n\033[1m== %s\033[0m\n' "$(1)"
compile-pins = $(UV_VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

# $(call environment,folder,lock): a new environment that holds exactly what the lock names.
define environment
	@[ -n "$(PYTHON)" ] || { echo "error: no Python 3.11 or newer was found." \
		"Install one (apt install python3, brew install python, uv python install)" \
		"or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: $(PYTHON) is not Python 3.11 or newer; name another one with PYTHON=" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) cannot make" \
		"environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(1)
	@[ $(1) != $(UV_VENV) ] && $(UV_VENV)/bin/uv pip install --quiet --compile-bytecode --python $(1)/bin/python \
		--no-deps --require-hashes --requirement $(2) 2>/dev/null \
		|| $(1)/bin/python -m pip install -qq --no-deps --require-hashes --requirement $(2) || { \
		echo "error: pip could not install $(2); is a package index in reach?" >&2; exit 1; }
endef

help:  ## this list
	@echo "snapkeep: snapshots of Baidu AI Cloud disks, made on events, reported, expired"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-22s %s\n' "$$name" "$$text"; done
	@echo
	@echo "New here? Start with:  make demo"

demo: $(VENV)/.installed  ## see it work: a fake cloud, the three functions on events/, the promises checked
	@$(VENV)/bin/python -m tests.demo

test: $(VENV)/.installed  ## install and run every test; PYTEST_ARGS="-k name" narrows it, FULL=1 lengthens it
	@[ -z "$(PYTHON313)" ] || [ ! -d .aws-sam/build ] || $(MAKE) --no-print-directory $(LAMBDA_VENV)/.installed
	$(call say,tests)
	@$(if $(FULL),SNAPKEEP_TESTS=full) $(VENV)/bin/python -m pytest --numprocesses auto $(PYTEST_ARGS)

prove: $(VENV)/.installed  ## attack the functions in every way, and see that nothing is lost; SHORT=1, N=1000000, REPLAY=seed
	$(call say,proof)
	@$(VENV)/bin/python -m tests.proof $(if $(SHORT),--short) $(if $(N),--schedules $(N)) \
		$(if $(SEED),--seed $(SEED)) $(if $(REPLAY),--replay $(REPLAY)) $(PROVE_ARGS)

contract: $(VENV)/.installed  ## check what is assumed about the cloud, at a real account: ENDPOINT=https://bcc.bj.baidubce.com VOLUME=v-...
	@$(VENV)/bin/python -m tests.account $(if $(ENDPOINT),--endpoint '$(ENDPOINT)') \
		$(if $(VOLUME),--volume '$(VOLUME)') $(if $(REGION),--region '$(REGION)') $(ARGS)

lint: lint-code lint-template  ## format, style, types, then the template, built as well

lint-code: $(VENV)/.installed  ## format, style and types only
	$(call say,ruff and mypy)
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy

# SAM's own linter sees the template as written; most mistakes show only in what it becomes.
lint-template: $(SAM_VENV)/.installed $(CHECKOV_VENV)/.installed  ## template.yaml: as written, as expanded, and built
	$(call say,template as written)
	@$(SAM_VENV)/bin/sam validate --lint --template template.yaml
	$(call say,template as expanded)
	@mkdir -p build
	@$(SAM_VENV)/bin/python tests/template/expand.py template.yaml > build/template.json
	@$(SAM_VENV)/bin/cfn-lint build/template.json && echo "cfn-lint found nothing in build/template.json"
	@$(CHECKOV_VENV)/bin/checkov --skip-download --framework cloudformation --file build/template.json --compact --quiet \
		&& echo "checkov found nothing in build/template.json"
	@$(MAKE) --no-print-directory build

build: $(SAM_VENV)/.installed $(SBOMS)  ## sam build, then build/packages: the zips that sam deploy uploads, and what is in them
	$(call say,sam build)
	@PATH="$(CURDIR)/$(SAM_VENV)/bin:$$PATH" sam build --template template.yaml
	@if [ -n "$(PYTHON313)" ]; then for part in .aws-sam/build/*; do \
		[ -d "$$part" ] || continue; \
		case $$part in *Layer) root=/opt;; *) root=/var/task;; esac; \
		PYTHONHASHSEED=0 "$(PYTHON313)" -m compileall -q -f --invalidation-mode unchecked-hash \
			-s "$$part" -p $$root "$$part" || exit 1; \
		done; echo "Bytecode: compiled by $(PYTHON313)"; \
	else echo "Bytecode: none, since no Python 3.13 was found; the first request after a pause takes longer"; fi
	$(call say,packages)
	@$(SAM_VENV)/bin/python .ci/package.py .aws-sam/build $(PACKAGES)

# MACHINE=x86_64 builds for such a machine instead, with the compiled modules that only it can run.
built: $(VENV)/.installed $(LAMBDA_VENV)/.installed build  ## build twice and compare, then run what was built as Lambda does
	@rm -rf build/first && cp -R $(PACKAGES) build/first && rm -f $(SBOMS)
	@$(MAKE) --no-print-directory build
	@diff -r build/first $(PACKAGES) && rm -rf build/first && echo "Built twice: the same bytes"
	$(call say,what was built)
	@$(VENV)/bin/python -m pytest --numprocesses auto tests/built $(PYTEST_ARGS)

# What each package with dependencies consists of, and the hashes by which it was chosen.
$(PACKAGES)/SharedLayer.cdx.json: shared/requirements.txt
$(PACKAGES)/ListReportFunction.cdx.json: functions/list_report/requirements.txt
$(SBOMS): pyproject.toml $(SAM_VENV)/.installed
	@mkdir -p $(PACKAGES)
	@PYTHONWARNINGS=ignore $(SAM_VENV)/bin/cyclonedx-py requirements --output-reproducible --validate \
		--pyproject pyproject.toml --output-file $@ $(filter %requirements.txt,$^)

bench: build $(BENCH_VENV)/.installed  ## measure against peers and limits; BENCH_ARGS="--row 7" narrows it
	@[ -z "$(PYTHON313)" ] || $(MAKE) --no-print-directory $(LAMBDA_VENV)/.installed
	$(call say,benchmarks)
	@$(BENCH_VENV)/bin/python -m benchmarks $(BENCH_ARGS)

mutants: $(VENV)/.installed  ## change what decides, bit by bit, and see that a test notices
	@$(VENV)/bin/python -m tests.mutants

browser:  ## on Debian, as root: Chromium and a Chinese font, for the tests of the report's page
	$(call say,browser)
	@apt-get update -qq && apt-get install -qq --yes --no-install-recommends chromium fonts-wqy-zenhei

fuzz: $(VENV)/.installed  ## a million made-up inputs to every reader, then 20,000 requests to the API
	$(call say,inputs)
	@$(VENV)/bin/python -m tests.fuzz $(FUZZ_ARGS)
	$(call say,requests)
	@$(VENV)/bin/python -m tests.api.generated $(API_ARGS)

fleet: $(VENV)/.installed  ## 100,000 disks through the state machine in 16 shards: calls and memory
	@$(VENV)/bin/python -m tests.fleet

fake: $(VENV)/.installed  ## start the fake cloud on loopback, with a demo fleet
	@$(VENV)/bin/python -m tests.fake_bce --seed demo

serve: $(VENV)/.installed  ## start the webhook API on loopback, over a fake cloud; SERVE_ARGS="--port 8080"
	@$(VENV)/bin/python -m tests.serve $(SERVE_ARGS)

lock: $(UV_VENV)/.installed  ## write the lock files again; UPGRADE=1 takes newer versions
	$(call say,locks)
	@$(compile-pins) pyproject.toml -o shared/requirements.txt
	@$(compile-pins) pyproject.toml --extra report -c shared/requirements.txt \
		$(foreach name,$(IN_THE_LAYER),--no-emit-package $(name)) -o functions/list_report/requirements.txt
	@$(compile-pins) pyproject.toml --extra report --extra terminal --group test --group lint --group build \
		-c shared/requirements.txt -c functions/list_report/requirements.txt -o tests/requirements.txt
	@$(compile-pins) --group sam -o tests/template/requirements.txt
	@$(compile-pins) --group uv -o .ci/uv.txt
	@$(compile-pins) --group checkov -o tests/template/checkov.txt
	@$(compile-pins) --group lambda -o tests/built/requirements.txt
	@$(compile-pins) pyproject.toml --extra report --group bench --group build \
		-c shared/requirements.txt -c functions/list_report/requirements.txt -o benchmarks/requirements.txt
	@wc -l shared/requirements.txt functions/list_report/requirements.txt tests/requirements.txt \
		tests/template/requirements.txt tests/template/checkov.txt tests/built/requirements.txt \
		benchmarks/requirements.txt

clean:  ## remove all that make made
	@rm -rf $(VENV) $(UV_VENV) $(SAM_VENV) $(CHECKOV_VENV) $(LAMBDA_VENV) $(BENCH_VENV) .aws-sam build out proof.json .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	@find functions shared tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The one that pip installs; it installs the others by the same locks and hashes in a third of the time.
$(UV_VENV)/.installed: .ci/uv.txt
	$(call environment,$(UV_VENV),.ci/uv.txt)
	@touch $@

$(VENV)/.installed: tests/requirements.txt pyproject.toml | $(UV_VENV)/.installed
	$(call say,installing into $(VENV))
	$(call environment,$(VENV),tests/requirements.txt)
	@$(VENV)/bin/python -m pip install -qq --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(SAM_VENV)/.installed: tests/template/requirements.txt | $(UV_VENV)/.installed
	$(call say,installing the SAM tools into $(SAM_VENV))
	$(call environment,$(SAM_VENV),tests/template/requirements.txt)
	@touch $@

$(CHECKOV_VENV)/.installed: tests/template/checkov.txt | $(UV_VENV)/.installed
	$(call say,installing checkov into $(CHECKOV_VENV))
	$(call environment,$(CHECKOV_VENV),tests/template/checkov.txt)
	@touch $@

# AWS's own runtime client, on the runtime's own Python.
$(LAMBDA_VENV)/.installed: override PYTHON = $(PYTHON313)
$(LAMBDA_VENV)/.installed: tests/built/requirements.txt | $(UV_VENV)/.installed
	@[ -n "$(PYTHON313)" ] || { echo "error: no Python 3.13 was found. Install one (uv python install 3.13," \
		"pyenv install 3.13) or name it: make $(MAKECMDGOALS) PYTHON313=/path/to/python3.13" >&2; exit 1; }
	$(call say,installing AWS's runtime client into $(LAMBDA_VENV))
	$(call environment,$(LAMBDA_VENV),tests/built/requirements.txt)
	@touch $@

# What is measured against, beside what is measured: on the runtime's own Python where there is one.
$(BENCH_VENV)/.installed: benchmarks/requirements.txt pyproject.toml | $(UV_VENV)/.installed
	$(call say,installing what is measured against into $(BENCH_VENV))
	$(foreach PYTHON,$(or $(PYTHON313),$(PYTHON)),$(call environment,$(BENCH_VENV),benchmarks/requirements.txt))
	@$(BENCH_VENV)/bin/python -m pip install -qq --no-index --no-deps --no-build-isolation --editable .
	@touch $@

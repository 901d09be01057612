# make lab     open the course in JupyterLab        make LANGUAGE=zh lab: in Chinese
# make test    prove everything that CI proves
# Both set up .venv first; PYTHON=python3.11 chooses the Python that makes it.
PYTHON ?= python3
LANGUAGE ?=
RUN = .venv/bin/

.PHONY: lab test test-long setup setup-newest build lint format grade bank bench lock

lab: setup
	@$(RUN)linreg lab $(if $(LANGUAGE),--language $(LANGUAGE))

test: setup setup-newest lint
	$(RUN)pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations 10

test-long: setup
	$(RUN)pytest -m long

setup:
	@$(PYTHON) tools/environment.py

setup-newest:
	@$(PYTHON) tools/environment.py --newest

build: setup
	$(RUN)linreg build

lint: setup
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy

format: setup
	$(RUN)ruff check --fix .
	$(RUN)ruff format .

grade: setup
	$(RUN)linreg release huber
	$(RUN)python tools/sample_class.py
	$(RUN)linreg grade huber

bank: setup
	@$(RUN)python tests/bank_table.py

bench: setup
	$(RUN)python benchmarks/bench.py
	$(RUN)python benchmarks/checks.py

lock: setup
	$(RUN)python tools/lock.py

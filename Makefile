# 三班 Sanban: the same verbs for people and machines.
#   make run     everything from nothing to a running service on http://127.0.0.1:8000   (PORT=… HOST=…)
#   make test    its own set-up, then every test        (ARGS="tests/scheduler -x" for some of them, WORKERS=2 at a time)
#   make test-thorough   every test, with five times as many examples and a kill at every single moment   (TIMES=5)
#   make test-faults   the tests of faults alone, with a kill at every single moment   (some minutes)
#   make test-deploy   the compose file and the systemd units started for real, by the guide   (root, Docker, debootstrap)
#   make check   style, types, unsafe code, known advisories, secrets
#   make fuzz    made-up calls and damaged files until something breaks or   MINUTES=10   are over
#   make bench   the figures          make docs   the generated pages
#   make bench-peers   other solvers on the same towns, for comparison   (ARGS="shouchang yinhu --seconds 60")
#   make bench-service   the service under load: real web, database and workers   (ARGS="volunteers board")
#   make soak    ordinary work for long, and whether memory stays bounded   (ARGS="--minutes 30")
#   make clean   take away what was built; the data in var/ stays

SHELL := /bin/sh
VENV_PYTHON := .venv/bin/python
ARGS ?=
WORKERS ?= 2
MINUTES ?= 10
TIMES ?= 5
export PORT HOST PYTHON
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

.PHONY: run test test-thorough test-faults test-deploy check fuzz bench bench-peers bench-service soak docs clean

run:
	@sh scripts/python.sh scripts/bootstrap.py run
	@exec $(VENV_PYTHON) scripts/run.py

test:
	@sh scripts/python.sh scripts/system_packages.py
	@sh scripts/python.sh scripts/bootstrap.py test
	@exec $(VENV_PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-thorough: export TEST_TIMES = $(TIMES)
test-thorough: export FAULTS_EVERY_MOMENT = 1
test-thorough: export PYTEST_TIMEOUT = 1800
test-thorough: test

test-faults: export FAULTS_EVERY_MOMENT = 1
test-faults:
	@sh scripts/python.sh scripts/bootstrap.py test
	@exec $(VENV_PYTHON) -m pytest tests/faults --timeout 600 $(ARGS)

test-deploy:
	@sh scripts/python.sh scripts/bootstrap.py test
	@exec $(VENV_PYTHON) -m pytest tests/deploy/started_containers.py tests/deploy/started_machine.py --timeout 1800 -p no:randomly $(ARGS)

check:
	@sh scripts/python.sh scripts/bootstrap.py test
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m mypy
	@$(VENV_PYTHON) scripts/safety.py

fuzz:
	@sh scripts/python.sh scripts/bootstrap.py test
	@exec $(VENV_PYTHON) -m tests.attacks.fuzz --minutes $(MINUTES) $(ARGS)

bench:
	@sh scripts/python.sh scripts/bootstrap.py run
	@exec $(VENV_PYTHON) -m benchmarks $(ARGS)

bench-peers:
	@sh scripts/python.sh scripts/bootstrap.py run
	@exec $(VENV_PYTHON) -m benchmarks.peers $(ARGS)

bench-service:
	@sh scripts/python.sh scripts/system_packages.py
	@sh scripts/python.sh scripts/bootstrap.py test
	@exec $(VENV_PYTHON) -m benchmarks.service $(ARGS)

soak:
	@sh scripts/python.sh scripts/system_packages.py
	@sh scripts/python.sh scripts/bootstrap.py test
	@exec $(VENV_PYTHON) -m benchmarks.service.soak $(ARGS)

docs:
	@sh scripts/python.sh scripts/bootstrap.py run
	@exec $(VENV_PYTHON) scripts/docs.py

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

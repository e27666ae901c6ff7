"""Schemathesis calls every documented operation with made-up input: no crash, and only answers that are documented."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api import create_app

from ..thorough import examples
from .conftest import SETTINGS, Service
from .towns import MONDAY

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
REAL = {"town": "east", "week": MONDAY, "person": "p00", "which": "draft"}
LARGE = r"/(solves|check|import|rules)$"
ALIKE = r"/(qualifications|categories|units|areas|positions|contracts|vehicles|shift-patterns|staffing-templates)(/|$)"
EXAMPLES = 3


app = create_app(SETTINGS)


def documented(coverage: bool) -> Any:
    """The operations of the OpenAPI document, most of them about things that exist.

    With `coverage` the boundaries of every field are tried in turn: for a whole problem document that never ends,
    and for nouns that share their code it says the same again.
    """
    config = schemathesis.Config()
    config.projects.default.phases.coverage.enabled = coverage
    rejected = config.projects.default.checks.negative_data_rejection
    rejected.expected_statuses = [*rejected.expected_statuses, "414"]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)

    @schema.hook
    def map_path_parameters(_: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        return path_parameters and {k: REAL.get(k, v) for k, v in path_parameters.items()}

    return schema


thorough = documented(coverage=True).exclude(path_regex=f"{LARGE}|{ALIKE}")
quick = documented(coverage=False).include(path_regex=f"{LARGE}|{ALIKE}")
bounded = settings(
    max_examples=examples(EXAMPLES),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def called(case: Case, service: Service) -> None:
    app.extensions["sanban_store"] = service.store
    caller = service.caller("admin")
    cookie = caller.client.get_cookie("sanban")
    assert cookie is not None
    headers = {"X-CSRF-Token": caller.headers["X-CSRF-Token"], "Cookie": f"sanban={cookie.value}"}
    case.call_and_validate(headers=headers, checks=CHECKS)


def operations(schema: Any) -> list[Any]:
    return [pytest.param(found.ok(), id=found.ok().label) for found in schema.get_all_operations()]


def tried(operation: Any, service: Service) -> None:
    """Made-up calls of one operation. They are made here and not while tests are collected: that takes long."""

    @bounded
    def answers(case: Case) -> None:
        called(case, service)

    config = operation.schema.config
    modes = [mode for mode in HypothesisTestMode if getattr(config.phases_for(operation=operation), mode).enabled]
    create_test(operation=operation, test_func=answers, config=HypothesisTestConfig(project=config, modes=modes))()


@pytest.mark.parametrize("operation", operations(thorough))
def test_whatever_is_sent_the_answer_is_one_that_is_documented(operation: Any, service: Service) -> None:
    tried(operation, service)


@pytest.mark.parametrize("operation", operations(quick))
def test_whatever_large_thing_is_sent_the_answer_is_one_that_is_documented(operation: Any, service: Service) -> None:
    tried(operation, service)

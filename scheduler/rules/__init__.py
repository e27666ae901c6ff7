"""The rules: each is said once, as limits."""

from __future__ import annotations

from .base import Case, Population, Rule, RuleError, all_limits
from .catalogue import as_markdown, catalogue
from .entry import as_json, from_json, parameter_schema
from .registry import REGISTRY

__all__ = [
    "REGISTRY",
    "Case",
    "Population",
    "Rule",
    "RuleError",
    "all_limits",
    "as_json",
    "as_markdown",
    "catalogue",
    "from_json",
    "parameter_schema",
]

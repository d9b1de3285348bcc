"""Fixtures of the tests of the report."""

from tests.functional.conftest import clean_metrics

__all__ = ["clean_metrics"]

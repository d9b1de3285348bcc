"""Fixtures of the tests of the template: those of runs that count."""

from tests.functional.conftest import clean_metrics

__all__ = ["clean_metrics"]

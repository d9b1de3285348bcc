"""Fixtures of the tests through the handlers."""

from collections.abc import Iterator

import pytest

from tests.functional.telemetry import measured


@pytest.fixture
def clean_metrics() -> Iterator[None]:
    """Powertools keeps metrics with its class, so what one test left would be another's."""
    measured()["metrics"].clear_metrics()
    yield
    measured()["metrics"].clear_metrics()

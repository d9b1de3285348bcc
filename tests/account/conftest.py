"""What several of these tests start from."""

import pytest

from tests.account.accounts import account
from tests.fake_bce import Call


@pytest.fixture(scope="session")
def journal(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """The calls of a run that nothing stops."""
    made = account(tmp_path_factory.mktemp("whole"))
    assert made.run() == 0
    return made.cloud.journal

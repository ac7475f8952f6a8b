"""The statements of the catalogue, checked once for all tests."""

import pytest

from simulator.claims import check_claims


@pytest.fixture(scope="session")
def catalogue():
    return check_claims()

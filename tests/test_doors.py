"""Doors of rooms: what a name costs, and what a name that is not there is answered."""

import subprocess
import sys

import pytest

from simulator import results
from simulator.results import columns


def test_a_name_brings_its_own_module_and_no_other():
    code = (
        "import sys; from simulator.results import TABLES; "
        "print(sorted(name for name in sys.modules if name.startswith('simulator.results.')))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "['simulator.results.columns']"


def test_a_name_is_that_of_its_module():
    assert results.TABLES is columns.TABLES
    assert vars(results)["TABLES"] is columns.TABLES


def test_a_name_that_is_not_there_is_no_attribute():
    with pytest.raises(AttributeError, match=r"module 'simulator.results' .* 'TABELS'"):
        getattr(results, "TABELS")  # noqa: B009

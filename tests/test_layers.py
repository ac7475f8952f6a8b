"""The architecture as a test: imports go one way, and nothing heavy comes in by the front door."""

import ast
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "simulator"

# A module imports only what stands before it; those on one line stand side by side.
ORDER = [
    ["errors", "memory", "wording", "workers", "compiled"],
    ["intervals", "geometry", "catalog", "zones"],
    ["regions", "basemap"],
    ["scenario"],
    ["timescale"],
    ["orbits"],
    ["sensors", "linkbudget", "kernel"],
    ["pairkernel"],
    ["propagation"],
    ["ephemeris", "histories"],
    ["access"],
    ["sun"],
    ["revisit", "swaths"],
    ["cells"],
    ["coverage", "contacts", "crosslinks", "tasking", "areas", "meritkernel"],
    ["merit", "blockkernel"],
    ["moving", "resampling"],
    ["tasking_exact", "links", "delivery", "timeliness", "uncertainty"],
    ["delays"],
    ["responses"],
    ["ages"],
    ["results"],
    ["provenance"],
    ["store", "keys", "budget"],
    ["stages"],
    ["surveys"],
    ["regional"],
    ["outcomes"],
    ["sampling"],
    ["spread"],
    ["study", "maps"],
    ["overpasses", "report", "sweep"],
    ["cli"],
    ["__main__"],
]
HEAVY = {"numpy", "numba", "pandas", "xarray", "matplotlib", "cartopy", "skyfield", "pydantic"}


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
            if node.module == "simulator":
                names = [f"simulator.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "simulator" and len(parts) > 1 and parts[1] != "__version__":
                yield parts[1]


def test_imports_go_one_way():
    level = {name: n for n, names in enumerate(ORDER) for name in names}
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        here = room(path)
        if here == "__init__":
            continue
        assert here in level, f"{here} has no place in the order of modules"
        for there in imported_rooms(path):
            if there != here and level[there] >= level[here]:
                wrong.append(f"{path.name} imports {there}")
    assert not wrong


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, simulator; print(sorted({HEAVY!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there():
    import simulator

    for name in simulator.__all__:
        assert getattr(simulator, name) is not None
    assert set(simulator.__all__) <= set(dir(simulator))


def test_only_the_command_line_prints():
    for path in PACKAGE.rglob("*.py"):
        if path.name in ("cli.py", "__main__.py"):
            continue
        calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
        assert not [c for c in calls if getattr(c.func, "id", "") == "print"], path

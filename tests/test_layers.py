"""The architecture as a test: imports go one way, and nothing heavy comes in by the front door."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "simulator"

# The rooms of the house, from the ground up: a module imports only what stands before its own room;
# rooms on one line stand side by side.
ORDER = [
    [
        *("errors", "version", "arrays", "units", "linking", "doors", "inlining", "leanstart"),
        "packagefiles",
    ],
    ["arrowless", "compiled", "leanserver", "numbastart"],
    ["ragged", "numbaserver"],
    ["glossary", "intervals", "text", "workers", "memory", "zones"],
    ["processes"],
    ["catalog", "basemap"],
    ["earth"],
    ["delivery"],
    ["scenario"],
    ["results"],
    ["orbits"],
    ["access"],
    ["imaging", "clouds"],
    ["network"],
    ["revisit"],
    ["timeliness"],
    ["uncertainty"],
    ["study"],
    ["worth"],
    ["claims", "design", "launches", "library", "plans", "watched", "years"],
    ["report", "sweep"],
    ["maps", "verification"],
    ["export"],
    ["page"],
    ["cli"],
    ["__main__"],
]
HEAVY = {"numpy", "numba", "pandas", "xarray", "matplotlib", "cartopy", "skyfield", "pydantic"}


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports_and_prints(path):
    """Return the imports of a file and its calls of print, which it is read for but once."""
    text = path.read_text()
    # An import is a statement, and stands among statements alone; a call may stand anywhere.
    nodes = ast.walk if "print(" in text else statements
    return [
        node
        for node in nodes(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print")
    ]


def statements(node):
    """Yield the statements of a module and all within them, without what expressions hold."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for each in getattr(node, name, ()):
            yield each
            yield from statements(each)


def imported_names(path):
    """Yield the full name of every module that a file imports, or takes a name from."""
    for node in imports_and_prints(path):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module in ("simulator", "tests"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def imported_rooms(path):
    for name in imported_names(path):
        parts = name.split(".")
        if parts[0] == "simulator" and len(parts) > 1:
            yield parts[1]


def test_imports_go_one_way():
    level = {name: n for n, names in enumerate(ORDER) for name in names}
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        importer = room(path)
        if importer == "__init__":
            continue
        assert importer in level, f"{importer} has no place in the order of modules"
        for imported in imported_rooms(path):
            if imported != importer and level[imported] >= level[importer]:
                wrong.append(f"{path.name} imports {imported}")
    assert not wrong


def test_what_the_check_of_types_passes_over_is_imported_by_no_module():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    passed_over = {
        module.removesuffix(".*")
        for table in project["tool"]["mypy"]["overrides"]
        if table.get("follow_imports") == "skip" and not table.get("ignore_missing_imports")
        for module in table["module"]
    }
    assert len(passed_over) > 10
    imported = {n.split(".")[0] for path in PACKAGE.rglob("*.py") for n in imported_names(path)}
    assert not passed_over & imported


def test_a_room_is_entered_by_its_door():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    wrong = []
    for path, node in imports_of_rooms():
        _, entered, *inside = node.module.split(".")
        if entered not in rooms or entered == room(path):
            continue
        modules = {a.name for a in node.names if (PACKAGE / entered / f"{a.name}.py").exists()}
        if inside or not modules <= shown_by(entered):
            wrong.append(f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}")
    assert not wrong


def imports_of_rooms():
    """Yield every module with each of its statements that takes names from a room."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in imports_and_prints(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simulator."):
                yield path, node


@cache
def shown_by(name):
    """Return the names that a room shows at its door."""
    tree = ast.parse((PACKAGE / name / "__init__.py").read_text())
    lists = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return {name for shown in lists for name in ast.literal_eval(shown)}


def test_a_door_says_the_same_to_python_as_to_checkers_of_types():
    for path in sorted(PACKAGE.glob("*/__init__.py")):
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in calls:
            if getattr(call.func, "id", "") != "door":
                continue
            homes = {f"simulator.{path.parent.name}.{k}": v for k, v in literal(call.args[1])}
            (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
            imports = {node.module: " ".join(a.name for a in node.names) for node in checked.body}
            assert imports == homes
            names = set(" ".join(homes.values()).split())
            assert names <= shown_by(path.parent.name)
            # Once imported, a module stands where a name of its own spelling would.
            assert not names & {module.stem for module in path.parent.glob("*.py")}


def literal(node):
    return ast.literal_eval(node).items()


def test_no_room_reads_the_private_names_of_another():
    wrong = [
        f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}"
        for path, node in imports_of_rooms()
        if node.module.split(".")[1] != room(path)
        and any(alias.name.startswith("_") and alias.name != "__version__" for alias in node.names)
    ]
    assert not wrong


def test_tests_mirror_the_rooms():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    folders = {path.parent.name for path in TESTS.glob("*/*.*")}
    assert folders - {"__pycache__"} <= rooms | {"reference", "authorities"}


def test_no_file_of_tests_is_over_five_hundred_lines():
    lengths = {str(p.relative_to(TESTS)): p.read_text().count("\n") for p in TESTS.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 500} == {}


def test_tests_share_what_is_made_and_the_reference_and_no_other_file_of_tests():
    wrong = []
    for path in sorted(TESTS.rglob("*.py")):
        for name in imported_names(path):
            _, *inside = name.split(".")
            shared = inside and (inside[0].startswith("made") or inside[0] == "reference")
            if name.startswith("tests.") and not shared:
                wrong.append(f"{path.relative_to(TESTS)} imports {name}")
    assert not wrong


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, simulator; print(sorted({HEAVY!r} & set(sys.modules)))"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "[]"


def test_every_public_name_is_there():
    import simulator

    for name in simulator.__all__:
        assert getattr(simulator, name) is not None
    assert simulator.sweep.run_sweep and simulator.maps.draw and simulator.report.report_text
    assert set(simulator.__all__) <= set(dir(simulator))


def test_only_the_command_line_prints():
    for path in PACKAGE.rglob("*.py"):
        if room(path) in ("cli", "__main__"):
            continue
        assert not [n for n in imports_and_prints(path) if isinstance(n, ast.Call)], path

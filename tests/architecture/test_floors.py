"""What would hurt most if lost: imports point down the floors only, so that each floor can be tested alone."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOLVER = ROOT / "solver" / "platingx"
MESHES = ROOT / "meshes" / "platingx_meshes"
BENCHMARKS = ROOT / "solver" / "platingx_benchmarks"

FLOORS = {
    "arrays": 0,
    "atoms": 1,
    "characters": 0,
    "nearest": 0,
    "unit_text": 0,
    "units": 0,
    "unit_registry": 0,
    "dimensions": 0,
    "boundary_columns": 0,
    "columns": 0,
    "column": 0,
    "model_columns": 0,
    "reduced_columns": 0,
    "constants": 0,
    "errors": 0,
    "parallel": 0,
    "paths": 0,
    "compat": 0,
    "compilation": 0,
    "startup_settings": 0,
    "profiling": 0,
    "rank_variables": 0,
    "config": 1,
    "materials": 2,
    "fields": 3,
    "problems": 4,
    "fracture": 5,
    "molecular": 5,
    "stepping": 5,
    "physics": 6,
    "run": 7,
    "exchange": 8,
    "studies": 8,
    "verification": 9,
    "cli": 11,
}
ASIDE = "post"  # reads files; may import floor 0
SEES_POST = {"run", "exchange", "studies", "verification", "cli"}  # only these may import post
SEES_MESHES = {"fracture", "physics", *SEES_POST}  # only these may import platingx_meshes


def modules_imported(source: str) -> set[str]:
    """Full names of everything a module imports, at the top or inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}: write the full name"
            names.add(node.module or "")
            if node.module == "platingx":
                names.update(f"platingx.{alias.name}" for alias in node.names)
    return names


def packages_imported(names: set[str]) -> set[str]:
    """Packages of platingx among imported names."""
    parts = (name.split(".") for name in names)
    return {part[1] for part in parts if part[0] == "platingx" and len(part) > 1} - {"__version__"}


def violations(package: str, names: set[str]) -> list[str]:
    """What a module of a package imports though it must not."""
    floor = FLOORS.get(package)
    found = []
    for target in sorted(packages_imported(names)):
        if target == package:
            continue
        if target not in FLOORS and target != ASIDE:
            found.append(f"{target} is on no floor: add it to design and test")
        elif package == ASIDE:
            if FLOORS.get(target) != 0:
                found.append(f"post imports {target}")
        elif target == ASIDE:
            if package not in SEES_POST:
                found.append(f"{package} imports post")
        elif floor is None or FLOORS[target] > floor or (FLOORS[target] == floor and floor > 0):
            found.append(f"{package} (floor {floor}) imports {target} (floor {FLOORS[target]})")
    if package not in SEES_MESHES and any(name.split(".")[0] == "platingx_meshes" for name in names):
        found.append(f"{package} imports platingx_meshes")
    return found


SOURCES = sorted(SOLVER.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(SOLVER).as_posix())
def test_imports_point_down(path: Path) -> None:
    package = path.relative_to(SOLVER).parts[0].removesuffix(".py")
    if package in {"__init__", "__main__"}:
        package = (
            "cli" if package == "__main__" else "units"
        )  # the entry point stands on top, the package at the bottom
    assert violations(package, modules_imported(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", sorted(MESHES.rglob("*.py")), ids=lambda path: path.name)
def test_meshes_know_nothing_of_the_solver(path: Path) -> None:
    names = modules_imported(path.read_text(encoding="utf-8"))
    assert not [name for name in names if name.split(".")[0] == "platingx"]


@pytest.mark.parametrize("path", sorted(BENCHMARKS.rglob("*.py")), ids=lambda path: path.name)
def test_benchmarks_use_what_the_command_line_stands_on(path: Path) -> None:
    assert "cli" not in packages_imported(modules_imported(path.read_text(encoding="utf-8")))


def test_only_the_command_line_knows_the_benchmarks() -> None:
    """They are not installed with the package, so nothing that a run needs may import them."""
    for path in SOURCES:
        names = modules_imported(path.read_text(encoding="utf-8"))
        if any(name.split(".")[0] == "platingx_benchmarks" for name in names):
            assert path.relative_to(SOLVER).parts[0] == "cli", path


def test_every_package_is_on_a_floor() -> None:
    there = {
        path.name.removesuffix(".py")
        for path in SOLVER.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - {"__init__", "__main__"} == {*FLOORS, ASIDE}


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("materials", "from platingx.fields.tables import build_tables"),
        ("fields", "import platingx.physics.model"),
        ("problems", "from platingx import stepping"),
        ("post", "from platingx.config.case import Case"),
        ("run", "from platingx.cli.terminal import say"),
        ("stepping", "from platingx.post.history import read_history"),
        ("fields", "from platingx_meshes.io import load"),
    ],
)
def test_an_upward_import_is_found(package: str, line: str) -> None:
    assert violations(package, modules_imported(f"def inside():\n    {line}\n"))


def module_name(path: Path, root: Path) -> str:
    """Full name of the module in a file below the folder of its top package."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph(sources: dict[str, str]) -> dict[str, set[str]]:
    """Modules that each module imports, at the top, inside functions or for annotations only.

    A package that is imported for one of its modules does not count, unless its own file brings the name.
    """
    graph: dict[str, set[str]] = {}
    for name, source in sources.items():
        found: set[str] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                submodules = {f"{node.module}.{alias.name}" for alias in node.names} & sources.keys()
                found.update(submodules)
                if len(submodules) < len(node.names):
                    found.add(node.module)
        graph[name] = (found & sources.keys()) - {name}
    return graph


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules of a circle of imports, or nothing."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def test_modules_do_not_import_in_circles() -> None:
    """No module needs itself, however far around: imports inside functions and for annotations count too."""
    sources = {
        module_name(path, root): path.read_text(encoding="utf-8")
        for root in (SOLVER, MESHES, BENCHMARKS)
        for path in root.rglob("*.py")
    }
    assert len(sources) > 250
    assert circle(import_graph(sources)) == []


def test_a_circle_of_imports_is_found() -> None:
    sources = {
        "p": "",
        "p.a": "from p import b",
        "p.b": "def inside():\n    from p.c import thing\n",
        "p.c": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.a\n",
    }
    assert set(circle(import_graph(sources))) == {"p.a", "p.b", "p.c"}
    assert circle(import_graph({**sources, "p.c": ""})) == []

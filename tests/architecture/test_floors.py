"""What would hurt most if lost: imports point down the floors only, so that each floor can be tested alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOLVER = ROOT / "solver" / "platingx"
MESHES = ROOT / "meshes" / "platingx_meshes"

FLOORS = {
    "units": 0,
    "constants": 0,
    "errors": 0,
    "parallel": 0,
    "compat": 0,
    "startup_settings": 0,
    "profiling": 0,
    "config": 1,
    "materials": 2,
    "fields": 3,
    "problems": 4,
    "stepping": 5,
    "run": 6,
    "exchange": 7,
    "verification": 8,
    "benchmarks": 9,
    "cli": 10,
}
ASIDE = "post"  # reads files; may import floor 0
SEES_ALL = {"run", "exchange", "verification", "benchmarks", "cli"}  # only these may import post and platingx_meshes


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
            if package not in SEES_ALL:
                found.append(f"{package} imports post")
        elif floor is None or FLOORS[target] > floor or (FLOORS[target] == floor and floor > 0):
            found.append(f"{package} (floor {floor}) imports {target} (floor {FLOORS[target]})")
    if package not in SEES_ALL and any(name.split(".")[0] == "platingx_meshes" for name in names):
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
        ("fields", "import platingx.run.model"),
        ("problems", "from platingx import stepping"),
        ("post", "from platingx.config.case import Case"),
        ("run", "from platingx.cli.terminal import say"),
        ("stepping", "from platingx.post.history import read_history"),
        ("fields", "from platingx_meshes.io import load"),
    ],
)
def test_an_upward_import_is_found(package: str, line: str) -> None:
    assert violations(package, modules_imported(f"def inside():\n    {line}\n"))

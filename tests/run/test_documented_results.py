"""What would hurt most if lost: docs/results.md names the files, columns, phases and exit codes of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platingx import errors
from platingx.columns import COLUMNS, unit_suffix
from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.profiling import Profile
from platingx.run.folder import FILES
from platingx.run.runner import run_case

ROOT = Path(__file__).parents[2]
RESULTS = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Text between a heading of the page and the next of its level."""
    return re.split(r"\n## ", RESULTS.split(f"## {title}\n", 1)[1], maxsplit=1)[0]


def first_cells(text: str) -> list[str]:
    """First cells of the rows of the tables in a text."""
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    return [cell for cell in rows if not set(cell) <= set("- :")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    """A short run of everything that leaves a file behind."""
    values = [("geometry.mesh.refinement", "0.3"), ("time.end", "0.1 ms"), ("output.checkpoint.every_steps", "1")]
    case = load_case(ROOT / "cases" / "eruption.yaml", values)
    return run_case(case, tmp_path_factory.mktemp("documented") / "out", quiet=True, profile=Profile())


def test_files(run: RunResults) -> None:
    """Every file that a run leaves is in the table, and the table has no other than those of the program."""
    table = RESULTS.split("## Signs and units")[0]
    named = {name.rstrip("/") for cell in first_cells(table) for name in re.findall(r"`([^`]+)`", cell)}
    there = {path.name for path in run.path.iterdir() if not path.name.startswith(".")}
    assert there <= named
    assert named <= set(FILES)
    assert set(FILES) - named <= {"mesh.new.msh"}, "a file of a moment, while a run is resumed"
    (row,) = [line for line in table.splitlines() if line.startswith("| `figures/`")]
    pictures = set(re.findall(r"`([\w.]+)`", row))
    for name in (path.name for path in (run.path / "figures").iterdir()):
        assert {
            name,
            *(name.replace(f"_{one.name}.", f"_{one.role.upper()}.") for one in run.regions.regions),
        } & pictures


def test_columns(run: RunResults) -> None:
    """Each column of a history is in the table, in its own name, by its region, or by the start of its name."""
    named = {name for cell in first_cells(section("history.csv")) for name in re.findall(r"`([^`]+)`", cell)}
    regions = run.regions.names
    for column in run.history:
        shapes = {column, *(column.replace(f"_{name}_", "_REGION_") for name in regions)}
        begins = [name[:-3] for name in named if name.endswith("...")]
        assert shapes & named or any(column.startswith(start) for start in begins), column
    stems = {name.removesuffix("_...").replace("_REGION", "") for name in named}
    for stem in stems:
        known = any(
            stem in (name, f"{name}_{unit_suffix(column, whole)}") or stem.startswith(f"{name}_")
            for name, column in COLUMNS.items()
            for whole in (True, False)
        )
        assert known, stem


def test_phases(run: RunResults) -> None:
    cells = first_cells(section("Time by phase"))
    named = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    assert set(run.profile["phases"]) <= named


def test_keys_of_the_summary(run: RunResults) -> None:
    text = section("summary.json")
    for key in run.summary:
        assert f'"{key}"' in text or f"`{key}`" in text, key


def test_exit_codes() -> None:
    """Every class of errors has its code in the table, with what the docstring of the command line says too."""
    table = {cell.strip("`") for cell in first_cells(section("Exit codes"))} - {"code"}
    codes = {
        str(kind.exit_code)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.PlatingxError) and isinstance(kind.exit_code, int)
    }
    assert codes | {"0"} <= table
    assert {code for code in table if code.isdigit() and int(code) < 128} == codes | {"0"}

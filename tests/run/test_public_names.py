"""The names that scripts and notebooks use: there, cheap to import, shown in one line, with examples that run."""

import doctest
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import platingx

ROOT = Path(__file__).parents[2]
OWN = """name: own
cases: {gap: {base: eruption.yaml, set: {geometry.mesh.refinement: 0.2, time.end: 2 ms}}}
parameters: {current: {key: growth.current_density, start: 1 A/cm^2, low: 0.5 A/cm^2, high: 2 A/cm^2}}
targets: {pressure: {case: gap, of: max_pressure_li, value: 100 MPa, uncertainty: 1 MPa, source: made up}}
"""
NAMES = [name for name in platingx.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_documented(name: str) -> None:
    assert (getattr(platingx, name).__doc__ or "").strip()
    assert name in dir(platingx)


def test_a_name_that_is_not_there_ends_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match="load_case"):
        _ = platingx.load_cases  # type: ignore[attr-defined]


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = "import platingx, sys; print(sorted({'dolfinx', 'numba', 'pandas', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "PlatingxError"])
def test_the_example_of_a_name_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "cases", tmp_path / "cases")
    (tmp_path / "cases" / "own.calibration.yaml").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    (test,) = doctest.DocTestFinder(recurse=False).find(getattr(platingx, name), name, globs={"platingx": platingx})
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0

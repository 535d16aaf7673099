"""Every broken case, table and mesh ends with exit code 2 or 3 and one message that names file, place and remedy.

What would hurt most if lost: a traceback, a hang, a command that an input file has run, or a run on a wrong mesh.
"""

import os
from pathlib import Path

import broken_mesh_files  # noqa: F401  (adds its own to the list)
import pytest
from broken import Broken, arguments_of, complaints, run
from broken_cases import EXECUTED, absurd_meshes, generated_cases, tables, yaml_cases
from broken_meshes import BROKEN as MESHES

CASES = [*yaml_cases(), *generated_cases(), *tables()]
EVERY = [*CASES, *MESHES, *absurd_meshes()]
SMALLEST_COUNTS = {"cases": 150, "meshes": 60}


def test_there_are_many() -> None:
    print(f"{len(CASES)} broken cases and tables, {len(MESHES)} broken meshes")
    assert len(CASES) >= SMALLEST_COUNTS["cases"]
    assert len(MESHES) >= SMALLEST_COUNTS["meshes"]
    names = [broken.name for broken in EVERY]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("broken", EVERY, ids=lambda broken: broken.name)
def test_is_refused(broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    case = broken.make(tmp_path)
    for command in ["run", "validate"] if broken.code == 2 and broken in CASES else ["run"]:
        outcome = run(arguments_of(case, tmp_path, command))
        assert complaints(broken, case, tmp_path, outcome) == []
    assert not (tmp_path / EXECUTED).exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["case.yaml", "m.msh"])
def test_files_without_permission(name: str, tmp_path: Path) -> None:
    broken = next(broken for broken in MESHES if broken.name == "mesh_not_plane")
    case = broken.make(tmp_path)
    (tmp_path / name).chmod(0)
    outcome = run(arguments_of(case, tmp_path, "run"))
    assert outcome.code == (2 if name == "case.yaml" else 3)
    assert "Permission denied" in outcome.err

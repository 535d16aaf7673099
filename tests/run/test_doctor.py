"""What `platingx doctor` says of machines that lack something."""

import os
import stat
from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.run import doctor
from platingx.run.doctor import DOUBTFUL, MISSING, OK, OPTIONAL, Finding, examine


def found(folder: Path) -> dict[str, list[Finding]]:
    """Findings by topic."""
    topics: dict[str, list[Finding]] = {}
    for finding in examine(folder):
        topics.setdefault(finding.topic, []).append(finding)
    return topics


def program(folder: Path, name: str, text: str) -> None:
    """Put a program of some name into a folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_all_that_runs_need_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert execute(["doctor"]) == 0
    told = capsys.readouterr().out
    assert " missing " not in told
    for word in ("dolfinx", "starts two ranks", "openblas", "C compiler", str(tmp_path)):
        assert word in told, told


def test_a_module_that_is_not_there_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = doctor.importlib.util.find_spec  # type: ignore[attr-defined]
    monkeypatch.setattr(
        doctor.importlib.util, "find_spec", lambda name: None if name in ("dolfinx", "pyvista") else real(name)
    )  # type: ignore[attr-defined]
    monkeypatch.setattr(doctor, "_mpi", lambda: Finding("MPI", OK, ""))
    monkeypatch.chdir(tmp_path)
    topics = found(tmp_path)
    assert any(
        finding.state == MISSING and "dolfinx" in finding.text and finding.remedy for finding in topics["packages"]
    )
    assert any(finding.state == OPTIONAL and finding.text.startswith("pyvista") for finding in topics["extras"])
    assert execute(["doctor"]) == 1
    assert "Runs do not work here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo '1 Another MPI'; echo '1 Another MPI'", "of another MPI"),
        ("echo 'no slots' >&2; exit 1", "does not start: no slots"),
    ],
)
def test_an_mpirun_that_does_not_fit_is_doubtful(
    script: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "mpirun", script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (finding,) = found(tmp_path)["MPI"]
    assert finding.state == DOUBTFUL
    assert words in finding.text
    assert finding.remedy


def test_no_programs_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    topics = found(tmp_path)
    assert topics["MPI"][0].state == DOUBTFUL
    assert topics["C compiler"][0].state == MISSING
    assert {finding.text.split(":")[0] for finding in topics["extras"] if finding.state == OPTIONAL} >= {
        "lmp",
        "ccx",
        "ffmpeg",
        "sbatch",
    }


def test_the_reference_blas_is_doubtful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_output", lambda command: "BLAS /usr/lib/x86_64-linux-gnu/blas/libblas.so.3.12.1\n")
    assert found(tmp_path)["BLAS"][0].state == DOUBTFUL


def test_a_full_disk_and_a_cache_that_is_no_folder_of_ours_are_doubtful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: os.stat_result and type("Usage", (), {"free": 1.0e8}))  # type: ignore[attr-defined]
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: Path(path) == tmp_path)  # type: ignore[attr-defined]
    topics = found(tmp_path)
    assert topics["disk of this folder"][0].state == DOUBTFUL
    assert topics["compiled kernels"][0].state == DOUBTFUL


def test_kernels_made_before_for_all_users_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the image: a first run need not compile, and an empty folder of one's own is no sign that it does."""
    shared, own = tmp_path / "shared", tmp_path / "own"
    monkeypatch.setenv("PLATINGX_CACHE_DIR", str(own))
    for given in ("", str(shared)):
        monkeypatch.setenv("PLATINGX_COMPILED", given)
        assert "empty: the first run compiles" in found(tmp_path)["compiled kernels"][0].text
    shared.mkdir()
    (shared / "kernel").write_bytes(bytes(1_500_000))
    for made, words in ((0, "empty"), (10, "1 MB")):
        (own / "mine").parent.mkdir(exist_ok=True)
        (own / "mine").write_bytes(bytes(made))
        text = found(tmp_path)["compiled kernels"][0].text
        assert text == f"{shared}, 2 MB made before for all users; {own}, {words}"
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)  # type: ignore[attr-defined]
    (finding,) = found(tmp_path)["compiled kernels"]
    assert (finding.state, "what is not in there is compiled" in finding.text) == (DOUBTFUL, True)

"""Installed from the source distribution, platingx has its cases and materials, and passes its tests.

Also in a virtual environment on top of Debian's packages, where no checkout can be seen.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from .conftest import REPOSITORY

LEFT_OUT = ("__pycache__", "*.egg-info", ".*_cache", ".git", ".hypothesis", ".venv", "build", "dist", "own", "runs")
BUILD = "from setuptools.build_meta import build_sdist; build_sdist('..')"
FAST = (
    "config",
    "cli",
    "documents/test_tutorial.py",
    "examples",
    "launcher/test_detection.py",
    "meshes",
    "post",
    "run/test_doctor.py",
    "run/test_repeatable.py",
)
"""Tests that the installed package passes within some minutes."""
pytestmark = pytest.mark.sources


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, made from what a checkout holds, and unpacked."""
    folder = tmp_path_factory.mktemp("distribution")
    source = folder / "source"
    shutil.copytree(REPOSITORY, source, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    subprocess.run([sys.executable, "-c", BUILD], cwd=source, check=True, capture_output=True)
    # Nobody can see the source any more.
    shutil.rmtree(source)
    (archive,) = folder.glob("platingx-*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def install(python: str | Path, source: Path, *options: str | Path) -> None:
    """Build a wheel of a source tree and install it."""
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", *options, source], check=True)


def test_the_source_distribution_is_whole(unpacked: Path) -> None:
    """All that a checkout tracks by its kind; the link to the cases has become files."""
    for name in ("solver", "meshes", "tests", "docs", "cases", "examples", "docker", ".ci"):
        here, there = (
            {
                path.relative_to(folder)
                for path in (folder / name).rglob("*")
                if path.is_file() and not any(part in str(path) for part in ("__pycache__", "own/", "runs/", "_cache"))
            }
            for folder in (REPOSITORY, unpacked)
        )
        assert not here - there
    assert os.access(unpacked / "platingx", os.X_OK)
    assert (unpacked / "solver/platingx/shipped_cases/eruption.yaml").is_file()


def test_the_wheel_holds_cases_and_materials(unpacked: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(sys.executable, unpacked, "--target", site)
    environment = os.environ | {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "platingx"]
    subprocess.run([*command, "init", tmp_path / "mine"], env=environment, check=True)
    shipped, mine = (
        {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        for folder in (REPOSITORY / "cases", tmp_path / "mine")
    )
    assert mine == shipped
    materials = subprocess.run([*command, "materials"], env=environment, check=True, capture_output=True, text=True)
    for path in (REPOSITORY / "solver" / "platingx" / "library").glob("*.yaml"):
        assert path.stem in materials.stdout
    assert (site / "platingx" / "py.typed").exists()
    assert (site / "platingx" / "post" / "templates" / "report.html.j2").exists()
    assert (site / "platingx_meshes" / "py.typed").exists()
    assert not (site / "platingx_benchmarks").exists()


@pytest.mark.long
def test_the_installed_package_passes_its_tests(unpacked: Path, tmp_path: Path) -> None:
    """A venv on the packages of the system; the tests come from the source distribution, without its sources."""
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    install(python, unpacked)
    for name in ("solver", "meshes"):
        shutil.rmtree(unpacked / name)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment['PATH']}"
    where = subprocess.run(
        [python, "-P", "-c", "import platingx; print(platingx.__file__)"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(tmp_path / "venv") in where.stdout
    pytest_ = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "pythonpath=tests/support"]
    tests = [f"tests/{name}" for name in FAST]
    done = subprocess.run(
        [*pytest_, *tests], cwd=unpacked, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]

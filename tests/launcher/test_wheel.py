"""What would hurt most if lost: installed from a wheel, platingx still has its cases and materials."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .conftest import REPOSITORY

PARTS = ("solver", "meshes", "cases", "pyproject.toml", "README.md", "LICENSE")


def test_wheel_holds_cases_and_materials(tmp_path: Path) -> None:
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    for name in PARTS:
        if (REPOSITORY / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(REPOSITORY / name, source / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(REPOSITORY / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--target", site, source], check=True)
    # From the wheel alone: neither the source nor this checkout can be seen.
    shutil.rmtree(source)
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

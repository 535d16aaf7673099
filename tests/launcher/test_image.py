"""What an image has compiled is enough: a first run in an empty home, with no compiler, compiles nothing.

The steps of the Dockerfile without an engine: its script fills a folder, which the launcher of an image then reads.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from platingx.compilation import forms, kernel_cache
from platingx.config.case import Case
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.loader import load_any_case

from .conftest import REPOSITORY


def levels(folder: Path, flags: str) -> list[str]:
    """What processor.sh says of a processor with some flags."""
    (folder / "cpuinfo").write_text(f"model name\t: A Processor\nflags\t\t: {flags}\nflags\t\t: fpu\n")
    script = (REPOSITORY / "docker/processor.sh").read_text().replace("/proc/cpuinfo", str(folder / "cpuinfo"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"uname() {{ echo x86_64; }}\n{script}\nprocessor_levels"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_levels_of_processors(tmp_path: Path) -> None:
    third = "fpu avx avx2 bmi1 bmi2 f16c fma abm movbe"
    fourth = "avx512f avx512bw avx512cd avx512dq avx512vl"
    assert levels(tmp_path, "fpu sse2 avx") == []
    assert levels(tmp_path, third) == ["x86-64-v3"]
    assert levels(tmp_path, f"{third} {fourth}") == ["x86-64-v4", "x86-64-v3"]
    assert levels(tmp_path, f"{third} avx512f") == ["x86-64-v3"]


def test_the_image_reads_what_it_has_compiled() -> None:
    text = (REPOSITORY / "docker/Dockerfile").read_text()
    made = re.search(r"docker/compile\.sh (\S+)", text)
    assert made is not None
    assert f"PLATINGX_COMPILED={made[1]} " in text


@pytest.mark.sources
def test_the_dockerfile_copies_what_is_there_and_sent() -> None:
    """Each source of a COPY is in the checkout, and the ignore file, which sends only what it names, names it."""
    text = (REPOSITORY / "docker/Dockerfile").read_text().replace("\\\n", " ")
    sent = [line[1:] for line in (REPOSITORY / "docker/Dockerfile.dockerignore").read_text().split() if line[0] == "!"]
    copied = [name for line in text.splitlines() if line.startswith("COPY ") for name in line.split()[1:-1]]
    assert len(copied) > 8
    for name in copied:
        assert (REPOSITORY / name).exists(), name
        assert any(name == kept.rstrip("/") or name.startswith(f"{kept.rstrip('/')}/") for kept in sent), name
    words = {line.split()[0] for line in text.splitlines() if line[:1].isupper()}
    assert words == {"FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "ENTRYPOINT"}
    for script in re.findall(r"/opt/platingx/(docker/\S+\.sh)", text):
        assert os.access(REPOSITORY / script, os.X_OK), script


@pytest.mark.long
def test_a_first_run_compiles_nothing(tmp_path: Path) -> None:
    compiled, home = tmp_path / "compiled", tmp_path / "home"
    subprocess.run([REPOSITORY / "docker/compile.sh", compiled, "eruption"], check=True, env=os.environ)
    assert list(compiled.glob("fenics/*"))
    assert list(compiled.glob("kernels/*"))
    for path in [compiled, *compiled.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted((path, path.stat().st_size) for path in compiled.rglob("*"))
    home.mkdir()
    (home / ".cache").write_text("")  # a cache that nobody can write, not even root
    environment = {key: value for key, value in os.environ.items() if "CACHE" not in key and "NUMBA" not in key}
    environment |= {"HOME": str(home), "PLATINGX_COMPILED": str(compiled), "PLATINGX_INSIDE": "1", "CC": "/bin/false"}
    environment["MPLCONFIGDIR"] = str(tmp_path / "matplotlib")
    command = [REPOSITORY / "platingx", "run", REPOSITORY / "cases/eruption.yaml", "--out", tmp_path / "run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    log = (tmp_path / "run/run.log").read_text()
    assert "4.90 GPa" in log
    for text in (forms.COMPILING, kernel_cache.COMPILING, "cannot be kept"):
        assert text not in log
        assert text not in done.stdout + done.stderr
    assert sorted((path, path.stat().st_size) for path in compiled.rglob("*")) == before


def plane_cases() -> list[str]:
    """Names of the shipped cases of finite elements in a plane section."""
    files = [path for path in (REPOSITORY / "cases").glob("*.yaml") if ".study" not in path.name]
    cases = {path.stem: load_any_case(path) for path in files}
    return sorted(
        name
        for name, case in cases.items()
        if isinstance(case, Case) and not isinstance(case.geometry, SurfacePit3DGeometry)
    )


def needed(name: str) -> set[str]:
    """Kernels and forms that a case takes from the caches, by what identifies them."""
    script = Path(__file__).with_name("needed_by_case.py")
    done = subprocess.run([sys.executable, "-P", script, name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.long
def test_what_is_compiled_serves_every_shipped_plane_case() -> None:
    words = re.search(r"^CASES=\((.*)\)$", (REPOSITORY / "docker/compile.sh").read_text(), re.MULTILINE)
    assert words is not None
    compiled = set().union(*map(needed, words[1].split()))
    assert len(plane_cases()) > 30
    lacking = {name: sorted(needed(name) - compiled) for name in plane_cases()}
    assert {name: what for name, what in lacking.items() if what} == {}

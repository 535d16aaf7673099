"""What would hurt most if lost: the first start of all may be killed, and says what it is doing; later ones do not pay.

The whole program with empty caches: a minute each, so these tests are long.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from compiling import ROOT
from resumed_runs import command

from platingx.compilation import forms, kernel_cache

SAID = (forms.COMPILING, kernel_cache.COMPILING)
pytestmark = [pytest.mark.long, pytest.mark.sources]


def start(folder: Path, solver: Path, out: str) -> subprocess.Popen[str]:
    caches = {"XDG_CACHE_HOME": str(folder / "cache"), "NUMBA_CACHE_DIR": str(folder / "cache" / "numba")}
    paths = os.pathsep.join([str(solver), str(ROOT / "meshes")])
    return subprocess.Popen(
        command(["--out", str(folder / out)]),
        env={**os.environ, **caches, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    output = process.communicate(timeout=1500)[0]
    assert process.returncode == 0, output
    return output


def test_cold_starts_that_are_killed_and_a_second_checkout(tmp_path: Path) -> None:
    moments = random.Random(20261128)
    for number in range(4):
        process = start(tmp_path, ROOT / "solver", f"killed-{number}")
        time.sleep(moments.uniform(3.0, 25.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    shutil.rmtree(tmp_path / "cache" / "numba")  # however far the kills have come, something is left to compile
    assert kernel_cache.COMPILING in finished(start(tmp_path, ROOT / "solver", "whole"))
    copy = tmp_path / "other" / "solver"
    shutil.copytree(ROOT / "solver", copy, ignore=shutil.ignore_patterns("__pycache__"))
    output = finished(start(tmp_path, copy, "copy"))
    assert not [text for text in SAID if text in output]


def test_two_cold_starts_together(tmp_path: Path) -> None:
    processes = [start(tmp_path, ROOT / "solver", f"run-{number}") for number in range(2)]
    assert all(kernel_cache.COMPILING in finished(process) for process in processes)
    later = finished(start(tmp_path, ROOT / "solver", "later"))
    assert not [text for text in SAID if text in later]

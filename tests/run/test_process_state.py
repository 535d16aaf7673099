"""What would hurt most if lost: a notebook or a server whose own settings are others after a run.

Two runs with figures in a process that has settings of its own everywhere, in the main thread and in others.
"""

import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import gmsh
import matplotlib
import numpy as np
import pytest
from resumed_runs import CASE, overrides

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, OutputError
from platingx.post.results import RunResults
from platingx.run.runner import run_case

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGTERM, signal.SIGSEGV)
SHORT = {"time__end": "0.3 s", "output__checkpoint__every_steps": "1"}


def short(**changed: str) -> Case:
    return load_case(CASE, overrides(**SHORT, **changed))


def state() -> dict[str, Any]:
    """What a library might change behind the back of its caller."""
    import matplotlib.pyplot as plt

    logger = logging.getLogger()
    return {
        "matplotlib": (matplotlib.get_backend(), dict(matplotlib.rcParams), plt.get_fignums()),
        "numpy": (np.geterr(), np.get_printoptions(), np.random.get_state()[1].tolist()),  # noqa: NPY002
        "random": random.getstate(),
        "signals": [signal.getsignal(number) for number in SIGNALS],
        "logging": (logger.level, list(logger.handlers), logging.raiseExceptions),
        "warnings": list(warnings.filters),
        "folder": os.getcwd(),  # noqa: PTH109
        "umask": (mask := os.umask(0o22), os.umask(mask))[0],
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "hooks": (sys.excepthook, sys.stdout, sys.stderr, sys.getrecursionlimit(), sys.getswitchinterval()),
        "threads": sorted(thread.name for thread in threading.enumerate()),
    }


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings that are nobody's defaults."""
    handler = logging.StreamHandler()
    signals = {number: signal.signal(number, lambda *_: None) for number in SIGNALS[:3]}
    logging.getLogger().addHandler(handler)
    mask = os.umask(0o077)
    with matplotlib.rc_context({"font.size": 7.25}), np.errstate(divide="raise"), np.printoptions(precision=3):
        yield
    os.umask(mask)
    logging.getLogger().removeHandler(handler)
    for number, before in signals.items():
        signal.signal(number, before)


def test_nothing_of_the_process_is_changed(own_settings: None, tmp_path: Path) -> None:
    """The first run may load libraries, so what it leaves is compared as well."""
    before = state()
    one = run_case(short(output__figures="true"), tmp_path / "one", quiet=True)
    two = run_case(short(growth__current_density="1.2e3 A/m^2"), tmp_path / "two", quiet=True)
    after = state()
    assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {}
    assert one.quantity("max_pressure_li") != two.quantity("max_pressure_li")
    assert (one.path / "figures" / "histories.png").is_file()


def test_a_failed_run_changes_nothing_either(own_settings: None, tmp_path: Path) -> None:
    run_case(short(), tmp_path / "run", quiet=True)
    before = state()
    with pytest.raises(OutputError, match="already holds a run"):
        run_case(short(), tmp_path / "run", quiet=True)
    stuck = short(solver__newton__maximum_iterations="1", time__minimum_step="0.05 s", time__initial_step="0.05 s")
    with pytest.raises(ConvergenceError):
        run_case(stuck, tmp_path / "stuck", quiet=True)
    assert state() == before


def test_the_gmsh_of_a_caller_is_given_back(tmp_path: Path) -> None:
    gmsh.initialize(readConfigFiles=False, interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 1)
        gmsh.option.setNumber("Mesh.MshFileVersion", 2.2)
        gmsh.model.add("mine")
        gmsh.model.add("other")
        gmsh.model.setCurrent("mine")
        run_case(short(), tmp_path / "run", quiet=True)
        assert gmsh.model.getCurrent() == "mine"
        assert gmsh.model.list() == ["", "mine", "other"]
        assert gmsh.option.getNumber("General.Terminal") == 1
        assert gmsh.option.getNumber("Mesh.MshFileVersion") == 2.2
    finally:
        gmsh.finalize()


def test_threads(tmp_path: Path) -> None:
    """Three at once: each gives the numbers of the main thread, and says that nobody watches signals."""
    expected = run_case(short(), tmp_path / "main", quiet=True)
    found: dict[int, RunResults | BaseException] = {}

    def work(number: int) -> None:
        try:
            found[number] = run_case(short(), tmp_path / f"thread-{number}", quiet=True)
        except BaseException as error:
            found[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    for result in found.values():
        assert isinstance(result, RunResults), result
        assert result.history.equals(expected.history)
        assert "signals that ask a run to save and stop are not watched" in (result.path / "run.log").read_text()
    assert "not watched" not in (expected.path / "run.log").read_text()

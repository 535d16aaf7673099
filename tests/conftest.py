"""For all tests: platingx sets MPI up before any test imports mpi4py, and no rank waits for one that failed."""

import os
import sys
from pathlib import Path

import pytest
from relative import make_relative
from turns import Turns

import platingx  # noqa: F401  (sets the defaults of Open MPI)

HAS_SOURCES = (Path(__file__).parents[1] / "solver").is_dir()
"""Whether these tests stand in a checkout; otherwise they test an installed package."""
collect_ignore = [] if HAS_SOURCES else ["architecture", "benchmarks"]
SEVERAL_RANKS = int(os.environ.get("OMPI_COMM_WORLD_SIZE", os.environ.get("PMI_SIZE", "1"))) > 1


class EndAllRanks:
    """Ends all ranks at the first test that fails on one of them: the others may be waiting for it for ever."""

    def __init__(self, config: pytest.Config) -> None:
        self.capture = config.pluginmanager.getplugin("capturemanager")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the failure, which no summary will, and abort."""
        if report.failed:
            from mpi4py import MPI

            with self.capture.global_and_fixture_disabled():
                print(
                    f"\nrank {MPI.COMM_WORLD.rank}: {report.nodeid}\n{report.longreprtext}", file=sys.stderr, flush=True
                )
            MPI.COMM_WORLD.Abort(1)


def pytest_configure(config: pytest.Config) -> None:
    """Compare small numbers, watch tests that run on several ranks, and let tests beside each other take turns."""
    make_relative()
    if SEVERAL_RANKS:
        config.pluginmanager.register(EndAllRanks(config))
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Turns(config.workerinput["testrunuid"]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what reads the sources where there are none."""
    for item in items:
        if not HAS_SOURCES and item.get_closest_marker("sources"):
            item.add_marker(pytest.mark.skip(reason="there are no sources here: an installed package is tested"))

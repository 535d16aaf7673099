"""For tests of studies on a cluster: a real Slurm of one node, started and stopped here."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.one_node_slurm import OneNodeSlurm


@pytest.fixture(scope="module")
def slurm() -> Iterator[OneNodeSlurm]:
    """A Slurm that commands of this process and their children find."""
    folder = Path(tempfile.mkdtemp(prefix="slurm", dir="/tmp"))  # the path of a socket is short
    cluster = OneNodeSlurm(folder)
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    before = dict(os.environ)
    try:
        cluster.start()
        os.environ |= {**cluster.environment, "PYTHONPATH": paths}
        yield cluster
    finally:
        cluster.stop()
        os.environ.clear()
        os.environ |= before
        shutil.rmtree(folder, ignore_errors=True)

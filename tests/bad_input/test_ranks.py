"""On two ranks the whole corpus gives what it gives on one: the same exit code on both, and one message.

What would hurt most if lost: a rank that waits for ever for one that has given up.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TIME_LIMIT = 600.0  # s
SMALLEST_COUNT = 250


@pytest.mark.long
@pytest.mark.parametrize("ranks", [2])
def test_the_corpus_on_ranks(ranks: int, tmp_path: Path) -> None:
    mpirun = shutil.which("mpirun")
    if mpirun is None:
        pytest.skip("no mpirun")
    program = [sys.executable, "-m", "mpi4py", str(HERE / "corpus_on_ranks.py"), str(tmp_path)]
    with tempfile.TemporaryDirectory(prefix="px") as sessions:  # two mpirun of one pid would share theirs
        result = subprocess.run(
            [mpirun, "--oversubscribe", "-n", str(ranks), *program],
            env=os.environ | {"TMPDIR": sessions},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    assert result.returncode == 0, result.stderr[-5000:]
    report = json.loads(result.stdout.splitlines()[-1])
    print(f"{report['inputs']} broken inputs on {report['ranks']} ranks, {len(report['wrong'])} answered wrongly")
    assert report["wrong"] == []
    assert report["ranks"] == ranks
    assert report["inputs"] >= SMALLEST_COUNT

"""What would hurt most if lost: tests on several ranks have the cores to themselves, the others run side by side."""

import os
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).parents[1] / "support"

CONFTEST = """
import sys
sys.path.insert(0, {support!r})
from turns import MARKER, Turns

def pytest_configure(config):
    config.addinivalue_line("markers", f"{{MARKER}}: alone")
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Turns(config.workerinput["testrunuid"]))
"""

TESTS = """
import time
from pathlib import Path
import pytest

@pytest.mark.parametrize("who", [*range(6), pytest.param("alone", marks=pytest.mark.ranks_alone), *range(7, 12)])
def test_one(who):
    began = time.monotonic()
    time.sleep(0.1)
    Path(__file__).with_name(f"{who}.txt").write_text(f"{began} {time.monotonic()}")
"""


def test_who_is_marked_runs_alone_and_the_others_beside_each_other(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.format(support=str(SUPPORT)))
    (tmp_path / "test_many.py").write_text(TESTS)
    line = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    result = subprocess.run(
        line, env=os.environ | {"PYTEST_ADDOPTS": ""}, capture_output=True, text=True, timeout=100, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    spans = {path.stem: tuple(map(float, path.read_text().split())) for path in tmp_path.glob("*.txt")}
    alone = spans.pop("alone")
    assert len(spans) == 11
    assert not [who for who, span in spans.items() if _overlap(span, alone)]
    others = list(spans.values())
    assert any(_overlap(a, b) for k, a in enumerate(others) for b in others[:k])


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[1] and b[0] < a[1]

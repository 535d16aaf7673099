"""Every broken case is refused with a message that names the file, the line, the key and what to do.

What would hurt most: a bad number that gets through, a traceback, or a hang. Each file in broken/ says in its first
lines what the message has to contain (``# says:``) and at which line it has to point (``# line:``).
"""

from pathlib import Path

import pytest

from platingx.config import load_case
from platingx.errors import CaseError

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))


def expectations(path: Path) -> tuple[list[str], int | None]:
    says: list[str] = []
    line = None
    for text in path.read_text(encoding="utf-8").splitlines():
        if text.startswith("# says: "):
            says.append(text.removeprefix("# says: "))
        elif text.startswith("# line: "):
            line = int(text.removeprefix("# line: "))
    return says, line


def test_there_are_many() -> None:
    assert len(BROKEN) >= 150


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_case(path: Path) -> None:
    says, line = expectations(path)
    assert says
    with pytest.raises(CaseError) as caught:
        load_case(path)
    message = str(caught.value)
    for fragment in says:
        assert fragment in message
    if line is not None:
        assert f"{path}:{line}:" in message
    assert caught.value.exit_code == 2
    assert all(problem.file is not None for problem in caught.value.problems)


def test_the_good_case_is_good() -> None:
    assert load_case(HERE / "good.yaml").name == "good"

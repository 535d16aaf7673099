"""One broken input: how it is made, how it is run, and what has to come back."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from platingx.cli.main import execute

RUN_FOLDER = "run"
LONGEST = 30.0
"""Seconds of one case, on busy cores; the slowest takes 2 s on free ones."""


@dataclass(frozen=True)
class Broken:
    """A broken input.

    Attributes
    ----------
    name : of the folder it is made in
    make : writes the files into a folder and returns the case file
    says : fragments of the message
    code : exit code
    names : name of the file at fault, which the message must contain
    line : line it must point at, or None
    """

    name: str
    make: Callable[[Path], Path]
    says: tuple[str, ...]
    code: int
    names: str
    line: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came back from the command line on one rank."""

    code: int
    out: str
    err: str
    seconds: float


def run(arguments: Sequence[str]) -> Outcome:
    """Run one command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    start = time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        code = execute(arguments)
    return Outcome(code, out.getvalue(), err.getvalue(), time.process_time() - start)


def arguments_of(case: Path, folder: Path, command: str) -> list[str]:
    """Command line for a case whose results go below a folder."""
    return [command, str(case), *(["--out", str(folder / RUN_FOLDER)] if command == "run" else [])]


def complaints(broken: Broken, case: Path, folder: Path, outcome: Outcome) -> list[str]:
    """Everything that is wrong with the answer to a broken input."""
    err = outcome.err
    found = [f"does not say {text!r}" for text in broken.says if text not in err]
    if outcome.code != broken.code:
        found.append(f"exit code {outcome.code} instead of {broken.code}")
    found += [f"says {text!r}" for text in ("Traceback", "This is a bug") if text in err]
    if broken.names not in err:
        found.append(f"does not name the file {broken.names}")
    if broken.line is not None and f"{case}:{broken.line}:" not in err:
        found.append(f"does not point at line {broken.line}")
    if "\n    try:   " not in err and "\n    valid: " not in err:
        found.append("gives no remedy")
    if err.count("platingx: ") != 1 or (broken.says[0] and err.count(broken.says[0]) > 1 and "problems:" not in err):
        found.append("is not one message")
    if outcome.seconds > LONGEST:
        found.append(f"takes {outcome.seconds:.1f} s")
    found += _left_behind(broken, folder / RUN_FOLDER)
    return [f"{broken.name}: {text}; the message is:\n{err}" for text in found]


def _left_behind(broken: Broken, folder: Path) -> list[str]:
    """A case that is refused leaves nothing; a run that began says how it ended."""
    if not folder.exists():
        return []
    names = {path.name for path in folder.iterdir()}
    if "summary.json" not in names:
        return [f"leaves {sorted(names)} without a summary"]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    wrong = [name for name in names if name.startswith(".")]
    if summary["outcome"] != "failed" or not all(text in summary["message"] for text in broken.says):
        wrong.append(f"summary.json: {summary['outcome']}, {summary['message']}")
    return [f"leaves {wrong}"] if wrong else []

"""What the driver of a study and its workers tell each other, one line each.

Lines to a worker are pickles in base 64; lines of a worker are JSON behind a mark, so that whatever a library prints
between them is no answer.
"""

from __future__ import annotations

import base64
import json
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platingx.config.document import Document, Place

__all__ = ["Answer", "Setup", "Task", "decode", "encode", "read_answer", "write_answer"]

_MARK = "\x1eplatingx "


@dataclass(frozen=True)
class Setup:
    """What all points of a study share.

    Attributes
    ----------
    bases
        The base cases.
    paths
        Folder that paths in the values of a point are relative to.
    meshes
        Folder of the meshes.
    """

    bases: tuple[Document, ...]
    paths: Path
    meshes: Path


@dataclass(frozen=True)
class Task:
    """A point to run.

    Attributes
    ----------
    number
        Of the point.
    values
        Keys, values and their places, over the base.
    folder
        Run folder.
    fingerprint
        Of what the numbers depend on.
    base
        Which of the base cases the values are over.
    """

    number: int
    values: tuple[tuple[str, Any, Place], ...]
    folder: Path
    fingerprint: str
    base: int = 0


@dataclass(frozen=True)
class Answer:
    """How a point has ended.

    Attributes
    ----------
    number
        Of the point.
    status
        ``completed``, ``failed`` or ``interrupted``.
    reason
        Why it is not completed.
    seconds
        Wall time in the worker.
    """

    number: int
    status: str
    reason: str = ""
    seconds: float = 0.0


def encode(message: Setup | Task) -> bytes:
    """Line for a worker."""
    return base64.b64encode(pickle.dumps(message)) + b"\n"


def decode(line: bytes) -> Setup | Task:
    """Message in a line of the driver, the process that has started this one."""
    message: Setup | Task = pickle.loads(base64.b64decode(line))
    return message


def write_answer(answer: Answer) -> bytes:
    """Line for the driver."""
    return f"{_MARK}{json.dumps(asdict(answer))}\n".encode()


def read_answer(line: bytes) -> Answer | None:
    """Answer in a line of a worker; None if it is none."""
    text = line.decode("utf-8", errors="replace")
    return Answer(**json.loads(text[len(_MARK) :])) if text.startswith(_MARK) else None

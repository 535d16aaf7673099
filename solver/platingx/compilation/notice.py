"""Telling whoever watches that something is being compiled: once, because a minute of silence looks like a hang."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["tell_once", "telling"]

Say = Callable[[str], None]

_listener: ContextVar[Say | None] = ContextVar("platingx_compilation_listener", default=None)
_told: set[str] = set()


@contextmanager
def telling(say: Say) -> Iterator[None]:
    """Within a with-block of this thread, hand sentences about compilation to a function.

    Parameters
    ----------
    say
        Receives each sentence; it decides which rank prints.
    """
    before = _listener.set(say)
    try:
        yield
    finally:
        _listener.reset(before)


def tell_once(text: str) -> None:
    """Say a sentence unless this process has said it before; nothing happens where nobody listens.

    Parameters
    ----------
    text
        The sentence, without a full stop.
    """
    say = _listener.get()
    if say is not None and text not in _told:
        _told.add(text)
        say(text)

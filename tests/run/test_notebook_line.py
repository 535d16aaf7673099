"""A run in a notebook shows one line that is written anew."""

import io
import sys
from types import SimpleNamespace

import pytest

from platingx.run.log import RunLog
from platingx.run.notebook_line import NotebookLine, in_notebook


def test_each_state_covers_the_one_before() -> None:
    shown = io.StringIO()
    line = NotebookLine(shown, 2.0)
    line.start()
    line.update(0.5, "a state of many words")
    line.update(1.0, "short")
    line.stop()
    first, second = shown.getvalue().split("\r")[1:]
    assert first.startswith(" 25 %  a state of many words")
    assert second.startswith(" 50 %  short")
    assert second.endswith("\n")
    assert len(second.rstrip("\n")) == len(first)


def test_nothing_was_shown_so_nothing_is_ended() -> None:
    shown = io.StringIO()
    NotebookLine(shown, 1.0).stop()
    assert shown.getvalue() == ""


def test_a_kernel_gets_the_line_though_its_streams_call_themselves_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not in_notebook()
    kernel = SimpleNamespace(IPKernelApp=SimpleNamespace(initialized=lambda: True))
    monkeypatch.setitem(sys.modules, "ipykernel.kernelapp", kernel)  # type: ignore[arg-type]
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", stream)
    log = RunLog(None, 1.0, 0)
    log.start()
    log.progress(0.25, "state")
    log.say("a line of the log")
    log.close()
    assert stream.getvalue().startswith("\r 25 %  state")
    assert "a line of the log" not in stream.getvalue()

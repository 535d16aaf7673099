"""What would hurt most if lost: a start that is killed while it compiles a form does not break all that follow."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from compiling import FORM_SCRIPT, ROOT, Compiling

from platingx.compilation.forms import COMPILING

VALUE = 0.5  # integral of x over the unit square


def slow_compiler(compiling: Compiling, seconds: float) -> Path:
    """Let the C compiler wait; gives a file that exists as soon as it has been called."""
    script, called = compiling.folder / "slow_cc", compiling.folder / "called"
    script.write_text(f'#!/bin/sh\ntouch "{called}"\nsleep {seconds}\nexec gcc "$@"\n')
    script.chmod(0o755)
    compiling.environment["CC"] = str(script)
    return called


def kill_once(process: subprocess.Popen[str], sign: Path) -> None:
    limit = time.monotonic() + 60.0
    while not sign.exists():
        assert time.monotonic() < limit
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.communicate()


def test_a_form_is_compiled_once(compiling: Compiling) -> None:
    first, second = compiling.form(), compiling.form()
    assert (first["value"], first["said"]) == (pytest.approx(VALUE), [COMPILING])
    assert (second["value"], second["said"]) == (first["value"], [])
    assert first["logging_kept"]


def test_the_next_start_after_a_kill_compiles_again(compiling: Compiling) -> None:
    called = slow_compiler(compiling, 1.0)
    for _ in range(2):
        called.unlink(missing_ok=True)
        kill_once(compiling.start(FORM_SCRIPT), called)
    began = time.monotonic()
    assert compiling.form()["value"] == pytest.approx(VALUE)
    assert time.monotonic() - began < 30.0
    assert compiling.form()["said"] == []


@pytest.mark.long
def test_a_compiler_slower_than_the_patience_of_dolfinx(compiling: Compiling) -> None:
    """Two starts together; dolfinx gives the second one up after 10 s."""
    slow_compiler(compiling, 6.0)  # it is called twice: to compile and to link
    processes = [compiling.start(FORM_SCRIPT) for _ in range(2)]
    assert [compiling.end(process)["value"] for process in processes] == [pytest.approx(VALUE)] * 2


def test_ranks_that_start_together(compiling: Compiling) -> None:
    assert compiling.end(compiling.start(FORM_SCRIPT, ranks=2))["value"] == pytest.approx(VALUE)
    assert compiling.form()["said"] == []


@pytest.mark.parametrize("ranks", [0, 2])
def test_a_cache_that_cannot_be_written(compiling: Compiling, ranks: int) -> None:
    compiling.cache.mkdir()
    (compiling.cache / "fenics").write_text("")
    found = compiling.end(compiling.start(FORM_SCRIPT, ranks=ranks))
    assert found["value"] == pytest.approx(VALUE)
    assert len(found["said"]) == 2
    assert "XDG_CACHE_HOME" in found["said"][1]


@pytest.mark.parametrize("ranks", [0, 2])
def test_a_compiler_that_fails_is_one_sentence_on_all_ranks(compiling: Compiling, ranks: int) -> None:
    compiling.environment["CC"] = "/bin/false"
    found = compiling.end(compiling.start(FORM_SCRIPT, ranks=ranks))
    assert "C compiler" in found["problem"]
    assert found["logging_kept"]
    assert not list(compiling.cache.glob("fenics/*"))


@pytest.mark.sources
def test_all_forms_of_the_program_are_compiled_so() -> None:
    """Whatever asks dolfinx for a form itself would wait for killed processes again."""
    sources = (ROOT / "solver").rglob("*.py")
    assert [path.name for path in sources if "fem.form(" in path.read_text(encoding="utf-8")] == ["forms.py"]

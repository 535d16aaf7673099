"""What would hurt most if lost: a run stopped by any signal, on any ranks, is saved and its exit code says so."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from platingx.stepping.checkpoint_files import checkpoints

from .conftest import REPOSITORY, Machine, wait_until

STOPPING = [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP]

NOHUP = (shutil.which("nohup") or "nohup",)

# As Open MPI's: dies of SIGTERM, SIGINT and SIGHUP with code 1, and of SIGUSR1 as its ranks do, when these have saved.
MPIRUN = """
trap 'echo killed; exit 1' TERM INT HUP
trap 'echo saved; exit 138' USR1
echo $$
while :; do sleep 0.05; done
"""


def ranks(machine: Machine, mpirun: str = MPIRUN, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Start two pretended ranks inside the environment, and wait for their start."""
    machine.command("mpirun", mpirun)
    return machine.start("-n", "2", "run", "case.yaml", before=before, PLATINGX_INSIDE="1")


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("to_all", [False, True], ids=["to the launcher", "to its process group"])
@pytest.mark.parametrize("sign", STOPPING)
def test_ranks_save_and_the_exit_code_is_that_of_one_rank(machine: Machine, sign: signal.Signals, to_all: bool) -> None:
    process = ranks(machine)
    first_line(process)
    (os.killpg if to_all else os.kill)(process.pid, sign)
    output, _ = process.communicate(timeout=1800)
    assert output == "saved\n"
    assert process.returncode == 128 + sign


def test_second_ctrl_c_ends_ranks_at_once(machine: Machine) -> None:
    process = ranks(machine, MPIRUN.replace("echo saved; exit 138", "echo saving"))
    first_line(process)
    process.send_signal(signal.SIGINT)
    assert first_line(process) == "saving\n"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=1800)
    assert output == "killed\n"
    assert (
        errors
        == "platingx: ended at once by a second SIGINT; --resume goes on from the newest checkpoint, if there is one\n"
    )
    assert process.returncode == 128 + signal.SIGINT


# What Open MPI says when ranks end: by an exit code, by a signal that was passed on, by a crash; and some table.
LINE = "-" * 74
ENDED = (
    "prterun detected that one or more processes exited with non-zero status,\nthus causing the job to be terminated."
)
TOLD = "prterun noticed that process rank 1 with PID 10 on node n exited on\nsignal {} (User defined signal 1)."
CRASHED = "prterun noticed that process rank 0 with PID 9 on node n exited on\nsignal 11 (Segmentation fault)."
TABLE = f"before\n{LINE}\nname   value\n{LINE}\nafter"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"{LINE}\n{ENDED}\n{LINE}\n", ""),
        (f"{LINE}\n{TOLD.format(int(signal.SIGUSR1))}\n{LINE}\n", ""),
        (f"a\n{LINE}\n{ENDED}\n{LINE}\n{LINE}\n{CRASHED}\n{LINE}\nb", f"a\n{LINE}\n{CRASHED}\n{LINE}\nb\n"),
        (TABLE, f"{TABLE}\n"),
        (f"{LINE}\n{CRASHED}", f"{LINE}\n{CRASHED}\n"),
        (f"{LINE}\n", f"{LINE}\n"),
    ],
    ids=["exit code", "signal that was passed on", "crash", "table", "broken off", "line alone"],
)
def test_mpirun_does_not_repeat_what_ranks_have_said(machine: Machine, said: str, kept: str) -> None:
    process = ranks(machine, f"echo $$\nprintf %s {shlex.quote(said)} >&2\nexit 7")
    assert process.communicate(timeout=1800)[1] == kept
    assert process.returncode == 7


def test_ranks_that_are_stopped_before_they_watch_signals_end_with_one_line(machine: Machine) -> None:
    told = shlex.quote(f"{LINE}\n{TOLD.format(int(signal.SIGUSR1))}\n{LINE}\n")
    script = f"tell() {{ printf %s {told} >&2; exit 138; }}\n{MPIRUN.replace('echo saved; exit 138', 'tell')}"
    process = ranks(machine, script)
    first_line(process)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=1800)[1] == "platingx: stopped by SIGTERM, before there was anything to save\n"
    assert process.returncode == 128 + signal.SIGTERM


def test_ranks_that_take_note_say_it_themselves(machine: Machine) -> None:
    """The run reads and removes the file with the name of the signal, and ends with the exit code of that signal."""
    note = 'read -r name <"$PLATINGX_ASKED"; rm "$PLATINGX_ASKED"; echo $name; exit 130'
    script = MPIRUN.replace("echo saved; exit 138", note)
    process = ranks(machine, script)
    first_line(process)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=1800) == ("INT\n", "")
    assert process.returncode == 128 + signal.SIGINT


def test_the_launcher_leaves_no_file_behind(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    machine.command("mpirun", "exit 0")
    assert machine.run("-n", "2", "run", "case.yaml", PLATINGX_INSIDE="1", TMPDIR=str(tmp_path / "tmp")).returncode == 0
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("code", [0, 4])
def test_ranks_that_end_by_themselves_keep_their_exit_code(machine: Machine, code: int) -> None:
    process = ranks(machine, MPIRUN.replace("exit 138", f"exit {code}"))
    first_line(process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=1800)
    assert process.returncode == code


def test_ranks_do_not_outlive_the_launcher(machine: Machine) -> None:
    process = ranks(machine)
    mpirun = Path("/proc", first_line(process).strip())
    assert mpirun.exists()
    process.kill()
    process.communicate(timeout=1800)
    wait_until(lambda: not mpirun.exists() or "\nState:\tZ" in (mpirun / "status").read_text())


def test_nohup_keeps_ranks_going(machine: Machine) -> None:
    process = ranks(machine, MPIRUN.replace("while :; do sleep 0.05; done", "sleep 1; echo done"), before=NOHUP)
    first_line(process)
    os.killpg(process.pid, signal.SIGHUP)
    assert process.communicate(timeout=1800)[0] == "done\n"
    assert process.returncode == 0


def test_nohup_keeps_a_program_going_in_the_private_root_filesystem(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    machine.run("setup")
    process = machine.start("exec", "bash", "-c", "echo ready; sleep 1; echo done", before=NOHUP)
    assert first_line(process) == "ready\n"
    os.killpg(process.pid, signal.SIGHUP)
    assert process.communicate(timeout=1800)[0] == "done\n"
    assert process.returncode == 0


def test_messages_after_the_end_of_the_terminal_are_no_errors() -> None:
    """What the run prints after SIGHUP must not end it before its state is saved, or change its exit code."""
    terminal, side = os.openpty()
    code = (
        "import time; from platingx.run.signals import SignalWatch\n"
        "with SignalWatch() as watch:\n"
        "    print('ready', flush=True)\n"
        "    while not watch.received: time.sleep(0.01)\n"
        "    print('saved', flush=True)\n"
        "raise SystemExit(128 + watch.received)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=side, stderr=side)
    os.close(side)
    assert os.read(terminal, 100).split() == [b"ready"]
    os.close(terminal)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=1800) == 128 + signal.SIGHUP


# --- real runs, in the environment the tests themselves run in


@pytest.mark.long
@pytest.mark.parametrize("sign", STOPPING)
@pytest.mark.parametrize("ranks_option", [[], ["-n", "2"]], ids=["one rank", "two ranks"])
def test_a_stopped_run_is_saved(ranks_option: list[str], sign: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    settings = ("geometry.mesh.refinement=0.3", "time.maximum_step=0.03 ms", "time.end=10 ms", "output.figures=false")
    options = [word for setting in settings for word in ("--set", setting)]
    case = str(REPOSITORY / "cases" / "eruption.yaml")
    start = [str(REPOSITORY / "platingx"), *ranks_option, "run", case, *options]
    environment = os.environ | {
        "PLATINGX_INSIDE": "1",
        "TMPDIR": str(tmp_path),
        "PRTE_MCA_prte_tmpdir_base": str(tmp_path),
    }
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen([*start, "--out", str(folder)], env=environment, stdout=output, stderr=output)
    history = folder / "history.csv"
    wait_until(lambda: history.exists() and history.read_bytes().count(b"\n") > 4)
    process.send_signal(sign)
    assert process.wait(timeout=1800) == 128 + sign, (tmp_path / "output").read_text()
    assert f"stopped by signal {int(sign)} ({sign.name})" in (folder / "run.log").read_text()
    lines = (tmp_path / "output").read_text().splitlines()
    after = lines[1 + max(i for i, line in enumerate(lines) if "] step " in line) :]
    told = [line for line in after if not line.startswith("[")]  # the others are what the run has found so far
    assert [line.split(" at t ")[0] for line in told] == [f"platingx: stopped by signal {int(sign)} ({sign.name})"]
    assert after[-1] == told[0]
    assert any("] verdict: " in line for line in after)
    step = int(history.read_text().splitlines()[-1].split(",")[0])
    assert checkpoints(folder / "checkpoint")[0].name == f"step-{step:08d}"

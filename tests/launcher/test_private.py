"""What would hurt most if lost: an interrupted set-up of a root filesystem never passes for a finished one."""

import os
import signal

import pytest

from .conftest import REPOSITORY, Machine, wait_until


def test_it_is_made_once_and_its_exit_code_is_the_programs(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    first = machine.run("exec", "bash", "-c", "echo to; exit 7")
    assert (first.returncode, first.stdout) == (7, "to\n")
    assert "making a private Debian trixie root filesystem" in first.stderr
    second = machine.run("exec", "true")
    assert second.returncode == 0
    assert second.stderr.splitlines() == [
        f"platingx: environment: private Debian trixie root filesystem {machine.root_filesystems()[0]}"
    ]
    assert len(machine.calls_of("mmdebstrap")) == 1


def test_it_holds_the_packages_of_the_list(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    machine.run("setup")
    (call,) = machine.calls_of("mmdebstrap")
    include = next(word for word in call.split() if word.startswith("--include="))
    listed = [line.split("#")[0].strip() for line in (REPOSITORY / "docker" / "packages.txt").read_text().splitlines()]
    assert include.removeprefix("--include=").split(",") == [name for name in listed if name]
    assert "python3-dolfinx-real" in listed


def test_it_gets_the_python_packages_that_debian_does_not_have(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    names = machine.offer_python_packages()
    assert {"pyarrow", "submitit"} <= set(names)
    made = machine.run("setup")
    assert "going on without" not in made.stderr
    packages = machine.root_filesystems()[0] / "usr" / "lib" / "python3" / "dist-packages"
    assert all((packages / f"{name}.py").is_file() for name in names)


def test_without_python_packages_it_says_what_is_missing(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    made = machine.run("setup")
    assert made.returncode == 0, made.stderr
    assert "no Parquet tables, no studies on Slurm; to try again: rm -r" in made.stderr
    assert len(machine.root_filesystems()) == 1


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_interrupted_set_up_leaves_nothing_that_looks_finished(machine: Machine, sign: signal.Signals) -> None:
    machine.can_make_a_root_filesystem('mkdir -p "${@: -1}/usr"; exec sleep 30')
    process = machine.start("setup")
    wait_until(lambda: any(machine.cache.glob("trixie-*/usr")))
    if sign == signal.SIGINT:
        os.killpg(process.pid, sign)  # as Ctrl-C does
    else:
        process.send_signal(sign)
    process.communicate(timeout=1800)
    assert process.returncode != 0
    assert machine.root_filesystems() == []
    machine.can_make_a_root_filesystem()
    again = machine.run("setup")
    assert again.returncode == 0, again.stderr
    (made,) = machine.root_filesystems()
    assert not (made / "usr").exists(), "the second set-up built on the remains of the first"


def test_second_start_waits_for_the_first(machine: Machine) -> None:
    machine.can_make_a_root_filesystem("sleep 1")
    first = machine.start("exec", "echo", "one")
    wait_until(lambda: machine.calls_of("mmdebstrap") != [])
    second = machine.run("exec", "echo", "two")
    assert first.communicate(timeout=1800)[0] == "one\n"
    assert second.stdout == "two\n"
    assert "another start is setting up the environment" in second.stderr
    assert len(machine.calls_of("mmdebstrap")) == 1


def test_expired_mirror_is_tried_a_second_time(machine: Machine) -> None:
    machine.can_make_a_root_filesystem(
        'case "$*" in *Check-Valid-Until*) ;; *) echo "E: Release file is expired" >&2; exit 1 ;; esac'
    )
    result = machine.run("setup")
    assert result.returncode == 0, result.stderr
    assert len(machine.calls_of("mmdebstrap")) == 2


def test_without_network_it_says_what_helps(machine: Machine) -> None:
    machine.can_make_a_root_filesystem('echo "E: Temporary failure resolving the mirror" >&2; exit 1')
    result = machine.run("run", "case.yaml")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Temporary failure resolving the mirror" in result.stderr
    assert "conda env create -f" in result.stderr
    assert machine.root_filesystems() == []
    assert list(machine.cache.glob("*.partial")) == []
    assert len(machine.calls_of("mmdebstrap")) == 1


def test_root_without_the_tools_installs_them(machine: Machine) -> None:
    machine.user_id(0)
    machine.command("apt-get", "exit 100")
    result = machine.run("setup")
    assert result.returncode == 1
    assert "install -y --no-install-recommends mmdebstrap bubblewrap" in machine.calls_of("apt-get")
    assert "apt-get could not install mmdebstrap and bubblewrap" in result.stderr


def test_too_small_a_disk_is_seen_before_anything_is_loaded(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    machine.command("df", 'printf "head\\n/dev/x 9 9 1000000 9%% /\\n"')
    result = machine.run("setup")
    assert "0 GB free; 4 GB are needed" in result.stderr
    assert machine.calls_of("mmdebstrap") == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1])
def test_signals_reach_the_program(machine: Machine, sign: signal.Signals) -> None:
    machine.can_make_a_root_filesystem()
    machine.run("setup")
    name = sign.name.removeprefix("SIG")
    program = f"trap 'echo cleaned up; exit 9' {name}; echo ready; while :; do sleep 0.05; done"
    process = machine.start("exec", "bash", "-c", program)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    process.send_signal(sign)
    assert process.communicate(timeout=1800)[0] == "cleaned up\n"
    assert process.returncode == 9

"""A machine made of stand-ins: the launcher sees only the commands that a test puts into one folder."""

import os
import shutil
import signal
import subprocess
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def hear_hangups() -> None:
    """Let a program hear SIGHUP, which these tests send, also where they run under ``nohup``."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


# What the launcher may take for granted on any Linux.
ORDINARY_COMMANDS = (
    "awk",
    "bash",
    "cat",
    "chmod",
    "cut",
    "df",
    "dirname",
    "env",
    "flock",
    "grep",
    "head",
    "id",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "paste",
    "readlink",
    "rm",
    "sed",
    "setpriv",
    "setsid",
    "sha256sum",
    "sleep",
    "sort",
    "sync",
    "tail",
    "timeout",
    "touch",
    "tr",
    "true",
    "uname",
    "xargs",
)

# bwrap: forgets the sandbox and starts the program as the real one does, as the child of its child.
BWRAP = """
case "$*" in *" / / true") exit 0 ;; esac
while [ "$1" != env ]; do shift; done
( "$@" <&0 & wait $! ) & wait $!
"""


class Machine:
    """Commands, root filesystem and cache of a pretended machine on which the real launcher is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands = folder / "bin"
        self.cache = folder / "cache" / "platingx"
        self.calls = folder / "calls"
        self.wheels = folder / "wheels"
        self.commands.mkdir()
        self.wheels.mkdir()
        for name in ORDINARY_COMMANDS:
            found = shutil.which(name)
            assert found, f"the tests of the launcher need the command {name}"
            (self.commands / name).symlink_to(found)
        self.user_id(1000)
        self.os_release('ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n')

    def command(self, name: str, script: str) -> None:
        """Put a command on the machine; each call is noted with its arguments."""
        path = self.commands / name
        path.unlink(missing_ok=True)
        path.write_text(f'#!/bin/bash\necho "{name} $*" >>"{self.calls}"\n{textwrap.dedent(script)}\n')
        path.chmod(0o755)

    def user_id(self, number: int) -> None:
        """Be root (0) or somebody else."""
        self.command("id", f"echo {number}")

    def os_release(self, text: str) -> None:
        """Be a distribution."""
        (self.folder / "os-release").write_text(text)

    def can_make_a_root_filesystem(self, script: str = "") -> None:
        """Have root's rights, bubblewrap and an mmdebstrap that runs `script` before it makes its tree."""
        self.user_id(0)
        self.command("bwrap", BWRAP)
        self.command("python3", 'case "$*" in *"import dolfinx"*) exit 0 ;; esac; exit 1')
        self.command("mmdebstrap", f'{script}\nmkdir -p "${{@: -1}}/etc"')
        self.command("unshare", 'while [ "$1" != mmdebstrap ]; do shift; done; exec "$@"')

    def offer_python_packages(self) -> list[str]:
        """Let pip find empty packages of the names and versions in docker/python.txt; give their names."""
        lines = (REPOSITORY / "docker" / "python.txt").read_text().splitlines()
        wanted = [line.split("#")[0].strip().split("==") for line in lines if line.split("#")[0].strip()]
        for name, version in wanted:
            info = f"{name}-{version}.dist-info"
            with zipfile.ZipFile(self.wheels / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
                wheel.writestr(f"{name}.py", "")
                wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
                wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(f"{info}/RECORD", "")
        return [name for name, _ in wanted]

    def environment(self, **variables: str) -> dict[str, str]:
        """Give the variables the launcher is started with."""
        outer = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PLATINGX_", "OMPI_", "PRTE_", "PMIX_"))
        }
        for name in ("NUMBA_CACHE_DIR", "PYTHONPATH", "OMP_NUM_THREADS"):
            outer.pop(name, None)
        return outer | {
            "PATH": str(self.commands),
            "XDG_CACHE_HOME": str(self.cache.parent),
            "OS_RELEASE": str(self.folder / "os-release"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            **variables,
        }

    def start(
        self, *arguments: str, cwd: Path = REPOSITORY, before: tuple[str, ...] = (), **variables: str
    ) -> subprocess.Popen[str]:
        """Start the launcher, by the command `before` if one is given, and go on."""
        return subprocess.Popen(
            [*before, "/bin/bash", str(REPOSITORY / "platingx"), *arguments],
            cwd=cwd,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=hear_hangups,
        )

    def run(self, *arguments: str, cwd: Path = REPOSITORY, **variables: str) -> subprocess.CompletedProcess[str]:
        """Start the launcher and wait for its end."""
        process = self.start(*arguments, cwd=cwd, **variables)
        output, errors = process.communicate(timeout=1800)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def calls_of(self, name: str) -> list[str]:
        """Give the argument strings with which a command was called."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line.removeprefix(name).strip() for line in lines if line.split(" ")[0] == name]

    def root_filesystems(self) -> list[Path]:
        """Give the root filesystems that look finished."""
        return [path for path in self.cache.glob("trixie-*") if path.suffix != ".partial"]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Debian 12, not root, without network tools, Python or containers."""
    return Machine(tmp_path)


def wait_until(condition: Callable[[], bool], seconds: float = 1800.0) -> None:
    """Wait for a condition, and fail if it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)

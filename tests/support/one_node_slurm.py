"""A real Slurm of one node for tests: munged, slurmctld and slurmd, on loopback, stopped by their process numbers."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "scancel")

CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
SlurmdPort={node}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.socket,cred_expire=10
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
KillWait=5
MaxArraySize={array}
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(what: Callable[[], object], seconds: float, why: str) -> None:
    """Wait for something, and fail in words if it does not come."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.1)


class OneNodeSlurm:
    """A Slurm of this machine.

    Parameters
    ----------
    folder
        New folder for its files; short, since it holds a socket.
    array
        Slurm's MaxArraySize.
    """

    def __init__(self, folder: Path, array: int = 1001) -> None:
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        assert not missing, (
            f"no {', '.join(missing)}: install the packages of Slurm in docker/packages.txt, or leave these tests out "
            "with -k 'not slurm'"
        )
        self.folder = folder
        for name in ("run", "state", "spool"):
            (folder / name).mkdir(parents=True)
        (folder / "run").chmod(0o711)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        (folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
        self.configuration = folder / "slurm.conf"
        self.configuration.write_text(
            CONFIGURATION.format(
                host=socket.gethostname().split(".")[0], control=free_port(), node=free_port(), user=getpass.getuser(),
                folder=folder, cores=len(os.sched_getaffinity(0)), array=array,
            )
        )  # fmt: skip
        self.environment = {"SLURM_CONF": str(self.configuration)}

    def start(self) -> None:
        """Start the daemons, and wait until the node takes jobs."""
        files = {
            "key-file": "munge.key",
            "socket": "run/munge.socket",
            "pid-file": "run/munged.pid",
            "log-file": "munged.log",
            "seed-file": "munge.seed",
        }
        self._call("munged", "--force", *(f"--{name}={self.folder / file}" for name, file in files.items()))
        self._call("slurmctld", "-c", "-f", str(self.configuration))
        self.start_node()

    def start_node(self) -> None:
        """Start the daemon of the node, and wait until it takes jobs."""
        self._call("slurmd", "-c", "-f", str(self.configuration))
        wait_until(
            lambda: self.node_state().rstrip("*") in ("idle", "mixed", "allocated"), 60.0, "the node does not come up"
        )

    def node_state(self) -> str:
        """Word of Slurm for the state of the node; empty while the controller does not answer."""
        done = self._run("sinfo", "--noheader", "--format=%T")
        return done.stdout.strip()

    def fail_node(self) -> None:
        """Let the node fail: its daemon and all of its jobs are gone at once."""
        steps = [int(pid) for pid in _processes("slurmstepd", str(self.folder))]
        jobs = [child for step in steps for child in _descendants(step)]
        self._kill("slurmd.pid", signal.SIGKILL)
        for pid in (*steps, *jobs):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def stop(self) -> None:
        """End all jobs and daemons."""
        self._run("scancel", "--full", f"--user={getpass.getuser()}")
        end = time.monotonic() + 20.0
        while self._run("squeue", "--noheader").stdout.strip() and time.monotonic() < end:
            time.sleep(0.2)
        for name in ("slurmd.pid", "slurmctld.pid", "munged.pid"):
            self._kill(name, signal.SIGTERM)

    def queue(self) -> list[str]:
        """States of the jobs in the queue."""
        return self._run("squeue", "--noheader", "--array", "--format=%T").stdout.split()

    def _kill(self, name: str, sign: signal.Signals) -> None:
        path = self.folder / "run" / name
        if not path.exists():
            return
        pid = int(path.read_text())
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        wait_until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid), 30.0, f"{name} does not end")

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | self.environment
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def _call(self, *command: str) -> None:
        done = self._run(*command)
        assert done.returncode == 0, f"{command[0]}: {done.stderr}"


def _processes(name: str, word: str) -> list[str]:
    """Numbers of the processes of a name that have a word in their command line or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "comm").read_text().strip().startswith(name[:15]) and word in (
                (entry / "cmdline").read_text() + (entry / "environ").read_text()
            ):
                found.append(entry.name)
        except OSError:
            continue
    return found


def _descendants(pid: int) -> list[int]:
    found = []
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    for child in map(int, text.split()):
        found += [child, *_descendants(child)]
    return found


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True

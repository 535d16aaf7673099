"""Commands on a file system of a given size: ``small_disk.py FOLDER SIZE LARGER COPY COMMAND...``.

Mounts a tmpfs of SIZE at FOLDER, in a mount namespace of its own so that no rights are needed, and runs the command.
Then makes the file system LARGER and runs the command again, with every ``--out`` replaced by ``--resume``. At last
copies FOLDER to COPY. Prints a line of JSON with both exit codes and outputs, and what was there after the first.
Ends with code 77 where the system allows no such namespace.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

NOT_ALLOWED = 77
MS_REMOUNT = 32


def mount(folder: str, size: str, flags: int = 0) -> None:
    """Mount a tmpfs, or change its size."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(b"none", folder.encode(), b"tmpfs", flags, f"size={size}".encode()) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter_namespace() -> None:
    """Become root of new user and mount namespaces."""
    user, group = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def run(command: list[str]) -> dict[str, object]:
    """Run a command to its end."""
    began = time.monotonic()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800, check=False
    )
    return {"code": done.returncode, "output": done.stdout, "seconds": time.monotonic() - began}


def main() -> None:
    """Do it."""
    folder, size, larger, copy, *command = sys.argv[1:]
    try:
        enter_namespace()
        mount(folder, size)
    except OSError as error:
        print(error)
        sys.exit(NOT_ALLOWED)
    first = run(command)
    run_folder = Path(command[command.index("--out") + 1])
    first["checkpoints"] = sorted(path.name for path in run_folder.glob("checkpoint/step-*"))
    mount(folder, larger, MS_REMOUNT)
    second = run(["--resume" if part == "--out" else part for part in command])
    shutil.copytree(run_folder, copy)
    print(json.dumps({"first": first, "second": second}))


if __name__ == "__main__":
    main()

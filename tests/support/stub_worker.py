"""A worker of a study that computes nothing: it leaves the files of a run, so that the driver alone is tested.

The pressure it writes follows from the depth of the pit, with a mesh error of second order;
13 nm fails, 66 nm takes the process along.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from platingx.run.provenance import results_source_digest, write_json
from platingx.studies.messages import Answer, Setup, Task, decode, write_answer


def run(task: Task, pause: float, base: dict[str, Any]) -> Answer:
    """Leave the files of a run that has come to its end after a pause."""
    values = {key: str(value) for key, value, _ in task.values}
    depth = float(values.get("geometry.pit.depth", "1 nm").split()[0])
    pressure = depth * (1.0 + 0.1 / float(values.get("geometry.mesh.refinement", 1.0)) ** 2)
    history = f"time_s,max_pressure_li_Pa\n1,{pressure}\n2,{2 * pressure}\n"
    return leave_run(task, pause, history, "no equilibrium" if depth == 13 else "", dies=depth == 66)


def leave_run(task: Task, pause: float, history: str, failure: str, dies: bool = False) -> Answer:
    """Leave the files of a run after a pause; it has failed if there is a reason, and may take the process along."""
    task.folder.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = {"results_sha256": task.fingerprint, "results_source_sha256": results_source_digest()}
    write_json(task.folder / "manifest.json", {**manifest, "outcome": "running"})
    if pause:
        time.sleep(pause)
    if dies:
        os.kill(os.getpid(), signal.SIGKILL)
    outcome = "failed" if failure else "completed"
    (task.folder / "history.csv").write_text(history, encoding="utf-8")
    write_json(task.folder / "summary.json", {"message": failure})
    write_json(task.folder / "manifest.json", {**manifest, "outcome": outcome, "wall_seconds": 0.5})
    return Answer(task.number, outcome, failure)


def serve(run: Callable[[Task, float, dict[str, Any]], Answer]) -> None:
    """Run tasks until there are no more, each with the data of its base case."""
    pause = float(sys.argv[1])
    setup: Setup | None = None
    while line := sys.stdin.buffer.readline():
        message = decode(line)
        if isinstance(message, Setup):
            print("a library prints something")
            setup = message
            continue
        assert setup is not None
        sys.stdout.flush()
        os.write(1, write_answer(run(message, pause, setup.bases[message.base].data)))


if __name__ == "__main__":
    serve(run)

"""A worker of a study that computes nothing and leaves the files of a run at once: only the driver costs time."""

from __future__ import annotations

import os
import sys

from platingx.run.provenance import results_source_digest, write_json
from platingx.studies.messages import Answer, Setup, decode, write_answer

__all__ = ["main"]

HISTORY = "time_s,max_pressure_li_Pa\n1.0,1.0e9\n2.0,2.0e9\n"


def main() -> None:
    """Answer tasks until there are no more."""
    while line := sys.stdin.buffer.readline():
        task = decode(line)
        if isinstance(task, Setup):
            continue
        task.folder.mkdir(parents=True, exist_ok=True)
        (task.folder / "history.csv").write_text(HISTORY, encoding="utf-8")
        write_json(task.folder / "summary.json", {"message": ""})
        manifest = {
            "outcome": "completed",
            "wall_seconds": 0.0,
            "results_sha256": task.fingerprint,
            "results_source_sha256": results_source_digest(),
        }
        write_json(task.folder / "manifest.json", manifest)
        os.write(1, write_answer(Answer(task.number, "completed")))


if __name__ == "__main__":
    main()

"""``stub_study.py STUDY OUT PAUSE``: the driver of a study with stub workers, in a process that can be killed."""

import sys
from pathlib import Path

from platingx.config.study import load_study
from platingx.studies.local_run import Resources, run_parameters, still_to_run
from platingx.studies.points import expand
from platingx.studies.table import Row
from platingx.studies.watchers import Unheard


def run_stub(study: Path, out: Path, pause: float = 0.0, retry: bool = False) -> tuple[list[Row], int]:
    """Run a study with stub workers; its rows, and how many points were kept."""
    file = load_study(study)
    plan = expand(file, file.study)  # type: ignore[arg-type]
    left = still_to_run(plan, out, retry)
    command = [sys.executable, str(Path(__file__).with_name("stub_worker.py")), str(pause)]
    return run_parameters(plan, out, left, Resources(jobs=1), Unheard(), command), len(left.kept)


if __name__ == "__main__":
    run_stub(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))

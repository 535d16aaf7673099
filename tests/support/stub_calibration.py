"""``stub_calibration.py FILE OUT PAUSE``: the driver of a calibration with stub workers, in a process to be killed."""

import sys
from collections.abc import Sequence
from pathlib import Path

from platingx.config.calibration_loader import load_calibration
from platingx.studies.calibration.driver import calibrate
from platingx.studies.calibration.outcome import Outcome, write_outcome
from platingx.studies.calibration.problem import problem_of
from platingx.studies.local_run import Resources


def calibrate_stub(file: Path, out: Path, profiles: Sequence[str] = (), pause: float = 0.0) -> Outcome:
    """Calibrate with stub workers, and write the numbers."""
    command = [sys.executable, str(Path(__file__).with_name("stub_calibration_worker.py")), str(pause)]
    problem = problem_of(load_calibration(file))
    outcome = calibrate(problem, out, Resources(jobs=1), lambda text: None, profiles, command)
    write_outcome(outcome, out)
    return outcome


if __name__ == "__main__":
    calibrate_stub(Path(sys.argv[1]), Path(sys.argv[2]), pause=float(sys.argv[3]))

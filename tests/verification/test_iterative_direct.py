"""What would hurt most if lost: the comparison of the two solvers covers every shipped case, at the same steps."""

from pathlib import Path

from platingx.config.calibration_file import CALIBRATION_ENDING
from platingx.config.case import Case
from platingx.config.kinds import REDUCED
from platingx.config.study import STUDY_ENDING
from platingx.run.shipped import shipped_case_files
from platingx.stepping.controller import StepLimits
from platingx.stepping.step_limits import GrowthIncrement, Verdict
from platingx.verification.models.case_march import GivenSteps
from platingx.verification.problems.iterative_direct import COARSE, FULL, compare, rows_of

CASES = Path(__file__).parents[2] / "cases"


def test_every_shipped_case_is_compared() -> None:
    no_case = (STUDY_ENDING, CALIBRATION_ENDING)
    fitted = {path for folder in (CASES / "studies").iterdir() if folder.is_dir() for path in folder.glob("*.yaml")}
    files = set(CASES.rglob("*.yaml")) - fitted  # written by a calibration: other numbers of cases that are compared
    there = {str(path.relative_to(CASES)) for path in files if not path.name.endswith(no_case)}
    assert set(shipped_case_files()) == there
    reduced = {name for kind in REDUCED for name in shipped_case_files(kind)}
    assert set(shipped_case_files(Case)) == there - reduced
    assert set(COARSE) <= there
    assert all(any(name.endswith(ending) for name in there) for ending in FULL)


def test_given_steps_are_taken_whatever_the_effort() -> None:
    """Also where the controller would cut the next step, or repeat one that flowed too much."""
    steps = ((0.1, 0.1), (0.5, 0.6), (0.4, 1.0))
    controller = GivenSteps(StepLimits(end=1.0, initial=0.2, minimum=0.1, maximum=0.3), steps=steps)
    taken = []
    while not controller.finished:
        dt, end = controller.propose([GrowthIncrement(lambda _start, _end: 1.0, 0.05, 0.1)])
        flowed = [Verdict(1e3, 0.1, 0.3)]
        assert not controller.must_repeat(dt, flowed)
        controller.accept(end, dt, 15, flowed)
        taken.append((dt, end))
    assert tuple(taken) == steps
    assert not controller.reject(0.3), "a step that fails ends the march"


def test_differences_are_seen() -> None:
    """A pressure that is off by 1e-4 in one step is found out in its peak and in the history, and nowhere else."""
    compared = compare("eruption.yaml", "0.3")
    compared.iterative.history.loc[compared.iterative.history.index[-1], "max_pressure_li"] *= 1.0 + 1e-4
    passed = {row.quantity: row.passed for row in rows_of(compared)}
    assert [quantity for quantity, good in passed.items() if not good] == [
        "peak pressure of the metal",
        "all columns of the history, largest difference",
    ]

"""A case stepped through time in memory, by itself or at the steps of another run of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.physics.electrochemistry import CIRCUIT
from platingx.physics.model import build_model
from platingx.physics.snapshot import Snapshot, take_snapshot
from platingx.profiling import Profile
from platingx.run.control_limit import ControlLimit
from platingx.run.settings import step_limits
from platingx.stepping.controller import StepController
from platingx.stepping.march import Step, march
from platingx.stepping.step_limits import StepLimit, Verdict
from platingx_meshes.io import LoadedMesh

__all__ = ["MarchedCase", "march_case"]


@dataclass
class GivenSteps(StepController):
    """Takes the steps that it is told and no others; a step that fails ends the march.

    Attributes
    ----------
    steps
        Size and end of each step, s.
    """

    steps: tuple[tuple[float, float], ...] = ()

    @property
    def finished(self) -> bool:
        """Whether no step is left: a run may have ended before its time."""
        return self.time >= self.steps[-1][1]

    def propose(self, limits: Sequence[StepLimit]) -> tuple[float, float]:  # noqa: ARG002
        """Size and end of the next step, s."""
        return next(step for step in self.steps if step[1] > self.time)

    def accept(self, end: float, dt: float, iterations: int, verdicts: Sequence[Verdict]) -> None:  # noqa: ARG002
        """Record a converged step."""
        self.time = end

    def must_repeat(self, dt: float, verdicts: Sequence[Verdict]) -> bool:  # noqa: ARG002
        """No step is repeated: the first run has judged the flow of its steps."""
        return False

    def reject(self, dt: float, verdicts: Sequence[Verdict] = ()) -> bool:  # noqa: ARG002
        """No step is cut."""
        return False


@dataclass(frozen=True)
class MarchedCase:
    """What a march through a case leaves.

    Attributes
    ----------
    steps
        Size and end of each step, s.
    history
        A row for each step, as in history.csv, without units in the names.
    displacement
        At the end, m, shape (nodes, dimension).
    stresses
        At the end, Pa: pressure, largest principal and von Mises stress at the nodes of all cells of all regions.
    unknowns, iterations
        Displacement unknowns; mean number of Krylov iterations of a linear solve.
    last
        The state at the end.
    """

    steps: tuple[tuple[float, float], ...]
    history: pd.DataFrame
    displacement: Array
    stresses: Array
    unknowns: int
    iterations: float
    last: Snapshot

    def peak(self, quantity: str) -> float:
        """Largest value of a column over all steps."""
        return float(self.history[quantity].max())


def march_case(case: Case, loaded: LoadedMesh, steps: tuple[tuple[float, float], ...] | None = None) -> MarchedCase:
    """March through a case.

    Parameters
    ----------
    case
        The case.
    loaded
        Its mesh.
    steps
        Sizes and ends of the steps (s) in the place of those that the case's controller chooses.

    Raises
    ------
    ConvergenceError
        If no equilibrium is found.
    """
    rows: list[dict[str, float]] = []
    states: list[Snapshot] = []
    profile = Profile()
    with profile.active():
        model = build_model(case, loaded)
        limits = step_limits(case, model.step_points)
        controller = StepController(limits) if steps is None else GivenSteps(limits, steps=steps)

        def observe(step: Step) -> None:
            state = take_snapshot(model, step.time)
            states[:] = [state]
            extremes = {name: extreme.value for name, extreme in state.extremes.items()}
            rows.append({"step": step.number, "time_s": step.time, "dt_s": step.dt, **state.numbers, **extremes})

        limits_of_steps: list[StepLimit] = list(model.step_limits)
        if CIRCUIT in model.parts:
            control = ControlLimit(model, _silent)
            control.start(controller, resumed=False)
            limits_of_steps.append(control)
        march(model.stages, controller, limits_of_steps, [observe], _silent)
    counts = profile.counts
    return MarchedCase(
        steps=tuple((row["dt_s"], row["time_s"]) for row in rows),
        history=pd.DataFrame(rows),
        displacement=model.problem.displacement.copy(),
        stresses=_stresses(states[-1]),
        unknowns=counts["unknowns"],
        iterations=counts.get("Krylov iterations", 0) / counts["linear solves"],
        last=states[-1],
    )


def _silent(_line: str) -> None:
    """Rejected attempts need no line here."""


def _stresses(state: Snapshot) -> Array:
    measures: list[Any] = [
        field.ravel()
        for fields in state.regions.values()
        for field in (fields.pressure, fields.principal_stress, fields.von_mises_stress)
    ]
    return np.concatenate(measures)

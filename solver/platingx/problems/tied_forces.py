"""The work that comes from outside where nodes are tied to rigid bodies: on the bodies, not on the nodes."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.contribution import AppliedLoad
from platingx.problems.problem import Problem

__all__ = ["TiedForces"]


class TiedForces:
    """Forces at the ties of the displacement, less; those on what it is tied to instead.

    Parameters
    ----------
    problem
        Problem with ties, at rest.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        masters = dict.fromkeys(tie.master for tie in problem.ties.ties if tie.field == DISPLACEMENT)
        self._fields = [DISPLACEMENT, *masters]
        self._loads = [
            part
            for part in problem.contributions
            if isinstance(part, AppliedLoad) and any(name in masters for name in part.fields)
        ]
        self._values = self._present_values()
        self._forces = {name: np.zeros_like(values) for name, values in self._values.items()}

    def work_of_step(self) -> float:
        """Work on this rank from the state taken last to the present one, to be added to that of all held nodes.

        J (J/m in plane strain); the trapezoidal rule.
        """
        values, forces = self._present_values(), self._present_forces()
        return sum(
            0.5 * float(np.sum((self._forces[name] + forces[name]) * (values[name] - self._values[name])))
            for name in self._fields
        )

    def take(self) -> None:
        """Take the present converged state as the start of the next step."""
        self._values, self._forces = self._present_values(), self._present_forces()

    def _present_values(self) -> dict[str, Array]:
        return {name: self._problem.fields[name].values.copy() for name in self._fields}

    def _present_forces(self) -> dict[str, Array]:
        """Forces on rigid bodies from outside, and the negative ones of the ties, on owned components."""
        fields = self._problem.fields
        results = {name: np.zeros_like(field.values) for name, field in fields.items()}
        for name in self._fields[1:]:
            own = slice(0, fields[name].owned)
            held, internal = fields[name].constraints.prescribed[own], fields[name].forces.internal[own]
            results[name][own] = np.where(held, internal, 0.0)
        for load in self._loads:
            load.add_applied_force(self._problem.iterate, results)
        body = fields[DISPLACEMENT]
        own = slice(0, body.owned)
        results[DISPLACEMENT][own] = -np.where(body.constraints.tied[own], body.forces.internal[own], 0.0)
        return results

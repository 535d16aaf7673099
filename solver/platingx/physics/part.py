"""What one family of physics brings to a run."""

from __future__ import annotations

from dataclasses import dataclass

from platingx.physics.quantities import Quantity
from platingx.problems.constraints import PrescribedDisplacement
from platingx.problems.contribution import Contribution
from platingx.stepping.step_limits import StepLimit

__all__ = ["Part"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one family of physics brings to a run.

    A family that has more to tell others, as growth has its layer, gives a part of a class of its own with these
    fields and more.

    Attributes
    ----------
    name
        Name of the family, such as ``solids``.
    contributions
        To the residual.
    constraints
        Prescribed displacements.
    step_limits
        What limits its steps.
    quantities
        What it reports after each step.
    """

    name: str
    contributions: tuple[Contribution, ...] = ()
    constraints: tuple[PrescribedDisplacement, ...] = ()
    step_limits: tuple[StepLimit, ...] = ()
    quantities: tuple[Quantity, ...] = ()

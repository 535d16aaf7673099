"""What one family of physics brings to a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from platingx.arrays import Array, Int32Array
from platingx.config.case import Case
from platingx.fields.constraints import Constraint
from platingx.fields.nodal_field import Field
from platingx.fields.saved_state import Stateful
from platingx.physics.discretisation import Discretisation
from platingx.physics.quantities import Quantity
from platingx.problems.contribution import Contribution
from platingx.problems.newton import NewtonOptions
from platingx.stepping.staggered import Exchange
from platingx.stepping.step_limits import StepLimit

__all__ = ["MECHANICS", "Builder", "Part", "WrittenField"]

MECHANICS = "mechanics"
"""Name of the stage of the displacement."""


@dataclass(frozen=True)
class WrittenField:
    """A field of cells that goes into the field files, zero elsewhere.

    Attributes
    ----------
    name
        Name in the files.
    components
        1, 2 or 3.
    cells
        Owned cells, shape (cells,).
    values
        Gives the converged values at the nodes of the files, shape (cells, nodes, components).
    """

    name: str
    components: int
    cells: Int32Array
    values: Callable[[], Array]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one family of physics brings to a run.

    A family that has more to tell others, as growth has its layer, gives a part of a class of its own with these
    fields and more.

    Attributes
    ----------
    name
        Name of the family, such as ``solids``.
    stage
        Stage of a step that its fields are solved in: ``mechanics``, together with the displacement, or one of its own
        name. Stages other than the mechanics go before it, in the order in which parts name them.
    fields
        Its unknowns.
    contributions
        To the residuals.
    constraints
        Prescribed and tied components.
    states
        What evolves with the steps beside fields and contributions, such as growth.
    gives
        What other stages read of the solution of its stage.
    newton
        Newton's method of its stage; that of the case if left out.
    iterative
        PETSc options that solve its stage where the preset of the case iterates; factors do if left out.
    step_limits
        What limits its steps.
    quantities
        What it reports after each step.
    written_fields
        What it adds to the field files.
    """

    name: str
    stage: str = MECHANICS
    fields: tuple[Field, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    states: tuple[Stateful, ...] = ()
    gives: tuple[Exchange, ...] = ()
    newton: NewtonOptions | None = None
    iterative: Mapping[str, str] = field(default_factory=dict)
    step_limits: tuple[StepLimit, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    written_fields: tuple[WrittenField, ...] = ()


Builder = Callable[[Case, Discretisation, Mapping[str, Part]], Part | None]
"""Gives the part of a family of physics, or None where a case has none of it, from the parts built before it."""

"""Tractions between a node and a rigid tool: pressure, friction and adhesion, with their derivatives.

Pure functions of arrays over nodes. With the gap g, its gradient n (the normal of the tool) and Hessian H, the
multiplier l and the stiffness e of the contact,

    p = max(0, l - e g)                                                    pressure on the body, along n
    t = trial min(1, s / |trial|),  trial = P (t_old - e_t dv),  s = min(mu p, s_max)    shear on the body

P = 1 - n n^T, dv the motion of the node relative to the tool since the start of the step (backward Euler of Coulomb's
law with an elastic slip; Wriggers, Computational Contact Mechanics, 2nd edition 2006, chapters 5 and 6). With
adhesion the pressure goes on below zero down to -t_max and from there linearly to zero at the opening g_c.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from platingx.arrays import Array, Mask
from platingx.problems.tool_shapes import Distances

__all__ = ["FRICTIONLESS", "Adhesion", "Friction", "Normal", "Shear", "normal_traction", "shear_traction"]

_LEAST_WIDTH = 1e-3
"""Width of the falling part of an adhesion over its opening, at least: a multiplier of GPa shifts its beginning."""


@dataclass(frozen=True)
class Friction:
    """Coulomb's law with a limit.

    Attributes
    ----------
    coefficient
        Shear stress over pressure while a node slips; infinite for a node that sticks as long as it is pressed on.
    limit
        Largest shear stress, per present area, Pa; infinite for none.
    """

    coefficient: float = 0.0
    limit: float = float("inf")

    @property
    def is_none(self) -> bool:
        """Whether nothing hinders slip."""
        return self.coefficient == 0.0


FRICTIONLESS = Friction()


@dataclass(frozen=True)
class Adhesion:
    """A tensile traction that is bilinear in the opening.

    Attributes
    ----------
    traction
        Largest tensile traction, Pa.
    opening
        Gap at which it is gone, m.
    rewets
        Whether a node that has been farther away than that adheres again when it comes back.
    """

    traction: float
    opening: float
    rewets: bool = True


class Normal(NamedTuple):
    """Tractions along the normal.

    Attributes
    ----------
    pressure
        Shape (nodes,), Pa; negative for suction.
    slope
        -dp/dg, Pa/m.
    branch
        0 apart, 1 pressed, 2 pulled, 3 pulled beyond the largest traction.
    """

    pressure: Array
    slope: Array
    branch: Array


class Shear(NamedTuple):
    """Tractions across the normal.

    Attributes
    ----------
    traction
        On the body, shape (nodes, dimension), Pa.
    tangent
        Its derivative by the displacement, shape (nodes, dimension, dimension), Pa/m.
    slip
        What of the motion across the normal is no elastic slip, shape (nodes,), m; 0 of nodes that stick.
    """

    traction: Array
    tangent: Array
    slip: Array


def normal_traction(
    gap: Array, multiplier: Array, stiffness: Array, touching: Mask, adhesion: Adhesion | None, torn: Mask
) -> Normal:
    """Pressure on the body.

    Parameters
    ----------
    gap
        Shape (nodes,), m.
    multiplier
        Pressure that is carried over from the last step, Pa.
    stiffness
        Pa/m.
    touching
        Nodes that count as pressed whatever their gap is.
    adhesion
        None for none.
    torn
        Nodes that have forgotten it.
    """
    linear = multiplier - stiffness * gap
    pressed = (linear > 0.0) | touching
    if adhesion is None:
        return Normal(np.where(pressed, linear, 0.0), np.where(pressed, stiffness, 0.0), pressed.astype(np.float64))
    holds = ~pressed & ~torn
    pulled = holds & (-linear <= adhesion.traction)
    first = (multiplier + adhesion.traction) / stiffness
    width = np.maximum(adhesion.opening - first, _LEAST_WIDTH * adhesion.opening)
    yields = holds & ~pulled & (gap < adhesion.opening)
    beyond = -adhesion.traction * (adhesion.opening - gap) / width
    pressure = np.select([pressed | pulled, yields], [linear, beyond], 0.0)
    slope = np.select([pressed | pulled, yields], [stiffness, -adhesion.traction / width], 0.0)
    branch = np.select([pressed, pulled, yields], [1.0, 2.0, 3.0], 0.0)
    return Normal(pressure, slope, branch)


def shear_traction(
    found: Distances,
    normal: Normal,
    friction: Friction,
    stiffness: Array,
    limit: Array,
    old: Array,
    motion: Array,
    sticking: Mask,
) -> Shear:
    """Shear stress on the body.

    Parameters
    ----------
    found
        Distances from the tool.
    normal
        Tractions along the normal.
    friction
        The law.
    stiffness
        Of the elastic slip, Pa/m.
    limit
        Largest shear stress per area at rest, Pa.
    old
        Shear stress at the start of the step, shape (nodes, dimension), Pa.
    motion
        Of the nodes relative to the tool since then, m, with the elastic slip that was left.
    sticking
        Nodes that count as sticking whatever holds them.
    """
    n, hessian = found.gradient, found.hessian
    free = old - stiffness[:, None] * motion
    along = np.sum(free * n, axis=1)
    trial = free - along[:, None] * n
    identity = np.eye(n.shape[1])
    tangent = -stiffness[:, None, None] * (identity - n[:, :, None] * n[:, None, :])
    tangent -= along[:, None, None] * hessian
    tangent -= n[:, :, None] * np.einsum("pji,pj->pi", hessian, free)[:, None, :]
    size = np.linalg.norm(trial, axis=1)
    pressed = normal.branch == 1
    sticks = np.isinf(friction.coefficient)
    coefficient = 0.0 if sticks else friction.coefficient
    coulomb = np.where(sticks, np.inf, coefficient * np.maximum(normal.pressure, 0.0))
    largest = np.where(sticking, np.inf, np.where(pressed, np.minimum(coulomb, limit), 0.0))
    slips = size > largest
    share = np.where(slips, largest / np.where(slips, size, 1.0), 1.0)
    direction = trial / np.where(size > 0.0, size, 1.0)[:, None]
    across = identity - direction[:, :, None] * direction[:, None, :]
    turned = share[:, None, None] * (across @ tangent)
    by_pressure = np.where(pressed & (coulomb <= limit), -coefficient * normal.slope, 0.0)
    slope = n if found.slope is None else found.slope
    turned += by_pressure[:, None, None] * direction[:, :, None] * slope[:, None, :]
    tangent = np.where(slips[:, None, None], turned, tangent)
    tangent[~pressed] = 0.0
    slip = np.where(slips, (size - largest) / stiffness, 0.0)
    return Shear(share[:, None] * trial, tangent, np.where(pressed, slip, 0.0))

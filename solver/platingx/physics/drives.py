"""The unknowns of a rigid body from the drives of its components: springs, forces, and what is prescribed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.drives import Drive, DriveOfTurn, RigidDrive
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.fields.constraints import Motion, Prescribed
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.problems.spring import Spring

__all__ = ["BodyScale", "DrivenUnknowns", "driven_unknowns"]


@dataclass(frozen=True)
class BodyScale:
    """How the forces of a whole body become those of a model.

    Attributes
    ----------
    share
        Part of the body that is modelled: half of it where a plane of symmetry cuts it, and in plane strain a metre of
        its depth (1/m).
    areas
        Integrals of the components of the unit normal over the face that carries the body in the model, outwards from
        the metal, shape (dimension,), m2 (m in plane strain).
    lever
        Length by which turns are measured, m.
    """

    share: float
    areas: Array
    lever: float


@dataclass(frozen=True)
class DrivenUnknowns:
    """The motion of a rigid body as unknowns of a problem.

    Attributes
    ----------
    unknowns
        Displacements of the components that can move, m; of a turn the angle times the lever. Those of the moving bases
        of springs are behind them.
    components
        Which component each of them is, such as ``y`` or ``turn_z``, without the bases.
    based
        Which of the components have a spring whose base moves.
    lever
        Length that turns are measured by, m.
    contributions
        Springs and applied forces, if any.
    constraints
        What is prescribed.
    """

    unknowns: GlobalUnknowns
    components: tuple[str, ...]
    based: tuple[str, ...]
    lever: float
    contributions: tuple[Spring, ...]
    constraints: tuple[Prescribed, ...]

    def displacement(self, component: str) -> float:
        """Present displacement of a component, m, or angle, rad; 0 of one that is fixed."""
        if component not in self.components:
            return 0.0
        value = float(self.unknowns.values[self.components.index(component), 0])
        return value / self.lever if is_turn(component) else value

    def deflection(self, component: str) -> float:
        """Present displacement of a component less that of the moving base of its spring, m."""
        base = float(self.unknowns.values[len(self.components) + self.based.index(component), 0])
        return self.displacement(component) - base


def is_turn(component: str) -> bool:
    """Whether a component is a turn."""
    return component.startswith("turn")


def driven_unknowns(
    name: str, body: RigidBody, dimension: int, scale: BodyScale, comm: MPI.Intracomm
) -> DrivenUnknowns:
    """Make the unknowns of a rigid body and what drives them. Collective.

    A spring of stiffness k between the body, at q, and its base, at b, gives the forces k (q - b) on both; the base is
    a prescribed unknown, so that its work is that of a support.

    Parameters
    ----------
    name
        Name of the unknowns and of what is prescribed.
    body
        The body with its drives.
    dimension
        2 or 3.
    scale
        How its forces become those of the model.
    comm
        Communicator.
    """
    drives = {key: body.drives[key] for key in rigid_components(dimension) if key in body.drives}
    components = tuple(drives)
    based = {key: drive for key, drive in drives.items() if isinstance(drive, Drive) and drive.base is not None}
    places = {key: len(components) + number for number, key in enumerate(based)}
    unknowns = GlobalUnknowns(name, len(components) + len(places), comm)
    stiffness = np.zeros((unknowns.nodes, unknowns.nodes))
    loads: list[tuple[int, Motion, float]] = []
    prescribed = [_prescribed(name, places[key], drive.base.at) for key, drive in based.items() if drive.base]
    for place, (key, drive) in enumerate(drives.items()):
        unit = scale.lever if is_turn(key) else 1.0
        held = _stiffness(key, drive, scale) / unit**2
        stiffness[place, place] = held
        if key in places:
            base = places[key]
            stiffness[base, base] = held
            stiffness[place, base] = stiffness[base, place] = -held
        if drive.is_motion:
            prescribed.append(_prescribed(name, place, drive.given["motion"].at, unit))
        loads += [(place, course, factor / unit) for course, factor in _forces(key, drive, scale)]
    springs: tuple[Spring, ...] = ()
    if stiffness.any() or loads:
        springs = (Spring(name, unknowns, stiffness, _load(unknowns.nodes, loads)),)
    return DrivenUnknowns(unknowns, components, tuple(based), scale.lever, springs, tuple(prescribed))


def _prescribed(name: str, place: int, motion: Motion, unit: float = 1.0) -> Prescribed:
    return Prescribed(name, np.array([place], dtype=np.int32), 0, lambda time: unit * motion(time), name)


def _stiffness(key: str, drive: RigidDrive, scale: BodyScale) -> float:
    """Stiffness of the spring of a component in the model, N/m (N/m2 in plane strain), or N m; 0 without one."""
    if isinstance(drive, DriveOfTurn):
        return 0.0 if drive.spring is None else float(drive.spring) * scale.share
    if not isinstance(drive, Drive) or drive.spring is None:
        return 0.0
    seen = abs(float(scale.areas["xyz".index(key)]))
    return drive.spring.value(seen) * (scale.share if drive.spring.needs_depth else 1.0)


def _forces(key: str, drive: RigidDrive, scale: BodyScale) -> list[tuple[Motion, float]]:
    """Courses of the forces or moments on the body along a component, and factors to those of the model."""
    if isinstance(drive, DriveOfTurn):
        return [] if drive.moment is None else [(drive.moment.at, scale.share)]
    found: list[tuple[Motion, float]] = []
    if isinstance(drive, Drive) and drive.force is not None:
        found.append((drive.force.at, scale.share))
    if isinstance(drive, Drive) and drive.pressure is not None:
        found.append((drive.pressure.at, -float(scale.areas["xyz".index(key)])))
    return found


def _load(count: int, loads: list[tuple[int, Motion, float]]) -> Callable[[float], Array] | None:
    """All applied forces as a function of time; None if there are none."""
    if not loads:
        return None

    def load(time: float) -> Array:
        result = np.zeros(count)
        for place, course, factor in loads:
            result[place] += factor * course(time)
        return result

    return load

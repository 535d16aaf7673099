"""Cases of ``kind: md_nucleation`` and ``md_deposition``: molecular dynamics, which LAMMPS runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.potential import Potential
from platingx.config.quantities import (
    Count,
    Fraction,
    Length,
    Physical,
    PositiveNumber,
    Rate,
    Switch,
    Temperature,
    with_default,
)
from platingx.config.reduced_case import ReducedCase
from platingx.config.temperature_stages import AtomicTime, Stage
from platingx.constants import AVOGADRO, ELEMENTARY_CHARGE
from platingx.units import describe_si

__all__ = ["MdCase", "MdDepositionCase", "MdNucleationCase", "MdOutput"]

Density = Annotated[float, Physical("density", above=0.0, maximum=1e5, usual=(1.0, 3e4))]
Cells = tuple[Count, Count, Count]


class Order(Block):
    """How the order of a cluster is told."""

    method: Literal["adaptive_cna"] = Field(
        default="adaptive_cna", description="adaptive_cna: adaptive common neighbour analysis."
    )
    quench: Switch = Field(default=True, description="Minimise the energy of a copy before neighbours are counted.")
    every: AtomicTime = with_default("10 ps", "Time between two looks at it, s.")
    threshold: Fraction = with_default(
        0.5, "Share of bcc, over that of a perfect sphere of as many atoms, above which a cluster is ordered."
    )


class Program(Block):
    """The program that moves the atoms."""

    command: str | None = Field(
        default=None, description="Path of LAMMPS; the variable PLATINGX_LAMMPS, or lmp on the path, if left out."
    )
    ranks: Annotated[int, Field(strict=True, ge=1, le=4096)] = Field(
        default=1, description="MPI ranks of LAMMPS, started by its own mpirun."
    )
    segment: AtomicTime = with_default("100 ps", "Time between two states from which a run can go on, s.")


class MdOutput(Block):
    """What a run writes."""

    figures: Switch = Field(default=True, description="Draw the figures at the end of the run.")


class MdCase(ReducedCase):
    """What both kinds have."""

    potential: Potential = Field(description="Potential between the atoms.")
    step: AtomicTime = Field(description="Time step, s.")
    seed: Annotated[int, Field(strict=True, ge=1, le=900_000_000)] = Field(
        default=1, description="Seed of the random numbers; runs of other seeds are other samples."
    )
    program: Program = Field(default=Program(), description="The program that moves the atoms.")
    output: MdOutput = Field(default=MdOutput(), description="What is written.")

    @property
    def steps_between_frames(self) -> int:
        """Steps between two looks at the atoms."""
        raise NotImplementedError

    def durations(self) -> tuple[float, ...]:
        """Durations of the stages, s."""
        raise NotImplementedError

    @property
    def atoms_moved(self) -> float:
        """Number of atoms, that of the middle of the run where it grows."""
        raise NotImplementedError

    @property
    def estimated_cost(self) -> tuple[float, float]:
        """Wall time on one core, s, and rows of the history."""
        steps = sum(self.durations()) / self.step
        seconds = _SECONDS_OF_ATOM_STEP[self.potential.style] * self.atoms_moved * steps / self.program.ranks
        return seconds, steps / self.steps_between_frames + 1.0

    @property
    def bytes_of_row(self) -> float:
        """Disk that a frame takes, with its quenched copy."""
        return 300.0 + 100.0 * self.atoms_moved

    def outline(self) -> Iterator[str]:
        """What a dry run says of it."""
        potential, (seconds, _) = self.potential, self.estimated_cost
        yield f"potential: {potential.base or potential.file}, {potential.style}, {potential.element}"
        yield f"steps: {sum(self.durations()) / self.step:.4g} of {describe_si(self.step, 'time')}"
        hours = f"about {seconds / 3600.0:.2g} h, good to a factor of three"
        yield f"program: LAMMPS, ranks: {self.program.ranks}; {hours}"

    def check(self) -> Iterator[Finding]:
        """Check what only the whole case shows."""
        if self.step > _LARGEST_STEP:
            yield Finding(
                "step", "atoms of light metals move too far in a step", f"at most {_LARGEST_STEP * 1e15:g} fs"
            )
        if self.program.segment < self.step:
            yield Finding("program.segment", "shorter than a step", f"at least {self.step * 1e15:g} fs")


_LARGEST_STEP = 10e-15
_SECONDS_OF_ATOM_STEP = {"meam": 8e-6, "snap": 1.5e-4, "reaxff": 5e-5}
"""Wall time of an atom and step on one core; measured for meam and snap, guessed for reaxff."""


class MdNucleationCase(MdCase):
    """A cluster of atoms that is melted, cooled and held, as it orders or does not. All numbers are SI."""

    kind: Literal["md_nucleation"] = Field(description="md_nucleation: a cluster that may order.")
    atoms: Annotated[int, Field(strict=True, ge=20, le=1_000_000)] = Field(description="Number of atoms.")
    density: Density = Field(description="Their mass over the volume of the box, kg/m^3.")
    boundary: Literal["periodic", "open"] = Field(
        default="periodic", description="Whether the box repeats, or atoms that leave the cluster fly away."
    )
    start: Literal["sphere", "scattered"] = Field(
        default="sphere", description="A crystal in the middle of the box, or atoms at random places in it."
    )
    stages: tuple[Stage, ...] = Field(min_length=1, description="Stages of the temperature, in order.")
    damping: PositiveNumber = with_default(100.0, "Relaxation time of the Nose-Hoover thermostat over the step.")
    order: Order = Field(default=Order(), description="How the order of the cluster is told.")

    @property
    def steps_between_frames(self) -> int:
        """Steps between two looks at the order."""
        return max(1, round(self.order.every / self.step))

    def durations(self) -> tuple[float, ...]:
        """Durations of the stages, s."""
        before = [self.stages[0].end, *(stage.end for stage in self.stages[:-1])]
        return tuple(stage.length(start) for stage, start in zip(self.stages, before, strict=True))

    @property
    def atoms_moved(self) -> float:
        """Number of atoms."""
        return float(self.atoms)

    @property
    def box_length(self) -> float:
        """Edge of the box, m."""
        return float((self.atoms * self.potential.mass * 1e-3 / AVOGADRO / self.density) ** (1.0 / 3.0))

    def check(self) -> Iterator[Finding]:
        """Check that it begins with a temperature, and that the cluster fits its box."""
        yield from super().check()
        if self.stages and self.stages[0].hold is None:
            yield Finding(
                "stages.0", "the first stage has no temperature to come from", "{hold: 500 K, duration: 0.1 ns}"
            )
        sphere = self.potential.lattice * (3.0 * self.atoms / (8.0 * math.pi)) ** (1.0 / 3.0)
        if self.start == "sphere" and 2.0 * sphere + self.potential.lattice > self.box_length:
            most = 2.0 * self.potential.mass * 1e-3 / AVOGADRO / self.potential.lattice**3
            message = (
                f"a crystal of {self.atoms} atoms, {2e9 * sphere:.3g} nm wide, does not fit a box of "
                f"{1e9 * self.box_length:.3g} nm"
            )
            yield Finding("density", message, f"well below that of the crystal, {most:.4g} kg/m^3", "start: scattered")
        if self.order.every < self.step:
            yield Finding("order.every", "shorter than a step", f"at least {self.step * 1e15:g} fs")


class MdDepositionCase(MdCase):
    """Atoms that land on a slab of bcc crystal, one after the other. All numbers are SI."""

    kind: Literal["md_deposition"] = Field(description="md_deposition: atoms that land on a crystal.")
    cells: Cells = Field(description="Cells of the slab along x, across and in depth.")
    frozen: Count = Field(default=1, description="Cells at the bottom whose atoms do not move.")
    temperature: Temperature = with_default("300 K", "Temperature of the slab, K.")
    damping: AtomicTime = with_default("0.5 ps", "Relaxation time of the Langevin thermostat, s.")
    deposition_rate: Rate = Field(description="Atoms that land per time, 1/s.")
    duration: AtomicTime = Field(description="How long, s.")
    speed: Annotated[float, Physical("velocity", above=0.0, maximum=1e5)] = with_default(
        "500 m/s", "Speed at which atoms are sent down, m/s."
    )
    every: AtomicTime = with_default("10 ps", "Time between two looks at the front, s.")
    headroom: Length = with_default("4 nm", "Height of the box above the slab that the deposit can fill, m.")

    @property
    def steps_between_frames(self) -> int:
        """Steps between two looks at the front."""
        return max(1, round(self.every / self.step))

    def durations(self) -> tuple[float, ...]:
        """Duration, s."""
        return (float(self.duration),)

    @property
    def atoms_moved(self) -> float:
        """Atoms of the slab and of half of the deposit."""
        return float(2 * math.prod(self.cells) + 0.5 * self.deposition_rate * self.duration)

    @property
    def area(self) -> float:
        """Area that atoms land on, m2."""
        return float(self.cells[0] * self.cells[1] * self.potential.lattice**2)

    @property
    def current_density(self) -> float:
        """Current density that brings as many ions, A/m2."""
        return float(self.deposition_rate * ELEMENTARY_CHARGE / self.area)

    @property
    def thickness(self) -> float:
        """Thickness of the deposit at the end at the density of the crystal, m."""
        return float(self.deposition_rate * self.duration * 0.5 * self.potential.lattice**3 / self.area)

    def check(self) -> Iterator[Finding]:
        """Check that atoms come no faster than steps, and that the deposit fits the box."""
        yield from super().check()
        if self.deposition_rate * self.step > 1.0:
            yield Finding("deposition_rate", "more than one atom in a step", f"at most {1.0 / self.step:.4g} 1/s")
        if self.frozen >= self.cells[2]:
            yield Finding("frozen", "no atom of the slab moves", f"less than its depth, {self.cells[2]}")
        if self.headroom < 2.0 * self.thickness + 2.0 * self.potential.lattice:
            message = f"a deposit of {1e9 * self.thickness:.3g} nm comes close to the top of the box"
            yield Finding(
                "headroom", message, f"at least {1e9 * (2.0 * self.thickness + 2.0 * self.potential.lattice):.3g} nm"
            )
        if self.every < self.step:
            yield Finding("every", "shorter than a step", f"at least {self.step * 1e15:g} fs")

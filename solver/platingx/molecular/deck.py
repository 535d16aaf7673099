"""Decks for LAMMPS: text that runs by itself, ``lmp -in run.in``, in a folder without this package.

Each segment reads the state that the last one wrote, in a run without interruption too: one that was killed and goes on
then takes the same way, step by step.
"""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.atoms.crystals import bcc_block, bcc_sphere
from platingx.config.molecular import MdCase, MdDepositionCase, MdNucleationCase
from platingx.molecular.lammps_units import LammpsUnits, units_of
from platingx.molecular.potential_files import PotentialFiles
from platingx.molecular.schedule import Segment, segments

__all__ = ["FRAMES", "QUENCHED", "STATE", "THERMO", "deck"]

STATE = "state.{}.restart"
"""State before a segment."""
FRAMES, QUENCHED, THERMO = "frames.{}.dump", "quenched.{}.dump", "thermo.{}.txt"
"""Atoms, atoms at rest, and sums, of a segment."""


def deck(case: MdCase, files: PotentialFiles) -> dict[str, bytes]:
    """Write the deck of a case.

    Parameters
    ----------
    case
        A validated case.
    files
        Its potential.

    Returns
    -------
    dict
        Content by the name of the file; ``run.in`` is the one to run.
    """
    units = units_of(case.potential.style)
    parts = segments(case)
    if isinstance(case, MdNucleationCase):
        start, motion = _scattered_or_sphere(case, units), _nucleation(case, units)
    else:
        assert isinstance(case, MdDepositionCase)
        start, motion = _slab(case, units), _deposition(case, units)
    texts = {
        "run.in": _main(case, len(parts)),
        "potential.in": "\n".join(files.commands) + "\n",
        "begin.in": _begin(case, units),
        "start.data": start,
    }
    texts |= {f"segment.{part.number}.in": _segment(case, part, units, motion) for part in parts}
    return files.texts | {name: text.encode() for name, text in texts.items()}


def _head(case: MdCase) -> str:
    words = " ".join(case.name.split())
    return f"# {words}: kind {case.kind}, written by platingx; runs by itself: lmp -in run.in\n"


def _main(case: MdCase, count: int) -> str:
    """All segments from the first, or from that which the variable ``first`` names."""
    return (
        f"{_head(case)}# to go on with segment K, whose state is there: lmp -in run.in -var first K\n"
        "variable first index 1\n"
        f"variable part loop ${{first}} {count}\n"
        "label again\n"
        "clear\n"
        "include segment.${part}.in\n"
        "next part\n"
        "jump SELF again\n"
    )


def _begin(case: MdCase, units: LammpsUnits) -> str:
    """What comes before the atoms."""
    boundary = "p p p"
    if isinstance(case, MdDepositionCase):
        boundary = "p p f"
    elif isinstance(case, MdNucleationCase) and case.boundary == "open":
        boundary = "s s s"
    atoms = "charge" if case.potential.style == "reaxff" else "atomic"
    return f"units {units.name}\natom_style {atoms}\nboundary {boundary}\natom_modify map array\n"


def _segment(case: MdCase, part: Segment, units: LammpsUnits, motion: str) -> str:
    """One segment: state, potential, motion, frames, run, and the state for the next."""
    first = part.number == 1
    temperature = f"{part.begins:.10g} {part.ends:.10g}"
    lines = [
        f"# segment {part.number}: steps {part.first} to {part.last}, {temperature} K",
        "include begin.in\nread_data start.data" if first else f"read_restart {STATE.format(part.number)}",
        "include potential.in",
        f"timestep {units.times(case.step):.10g}",
    ]
    if isinstance(case, MdNucleationCase):
        lines.append("neighbor 1.0 bin")
    lines.append(motion.replace("TEMPERATURES", temperature).replace("FIRST_ONLY ", "" if first else "# "))
    every, number = case.steps_between_frames, part.number
    lines += [
        f"dump frames all custom {every} {FRAMES.format(number)} id type x y z",
        "dump_modify frames sort id format float %.8g",
        f"thermo {every}",
        "thermo_modify lost warn flush yes",
        "variable atoms equal atoms",
        f"fix sums all ave/time {every} 1 {every} c_thermo_temp c_thermo_pe v_atoms file {THERMO.format(number)}",
        f"run {part.last - part.first}",
        f"write_restart {STATE.format('new')}",
    ]
    if isinstance(case, MdNucleationCase) and case.order.quench:
        lines += _quench(part, every)
    if number > 2:
        lines.append(f"shell rm -f {STATE.format(number - 1)}")
    lines.append(f"shell mv {STATE.format('new')} {STATE.format(number + 1)}")
    return "\n".join(lines) + "\n"


def _quench(part: Segment, every: int) -> list[str]:
    """Copies of the frames of a segment, each brought to rest in the nearest minimum of its energy."""
    first = part.first if part.number == 1 else part.first + 1
    steps = range(-(-first // every) * every, part.last + 1, every)
    if not steps:
        return []
    frames, rest = FRAMES.format(part.number), QUENCHED.format(part.number)
    return [
        "clear",
        "include begin.in",
        "read_data start.data",
        "include potential.in",
        f"shell rm -f {rest}",
        "variable frame index " + " ".join(map(str, steps)),
        "label quench",
        f"read_dump {frames} ${{frame}} x y z box yes replace yes trim yes",
        "minimize 0.0 1.0e-3 1000 10000",
        "reset_timestep ${frame}",  # each iteration of the minimiser counts as a step
        f"write_dump all custom {rest} id type x y z modify append yes sort id format float %.8g",
        "next frame",
        f"jump segment.{part.number}.in quench",
    ]


def _nucleation(case: MdNucleationCase, units: LammpsUnits) -> str:
    """Motion of a cluster: a Nose-Hoover thermostat, with the drift and spin of the whole taken away."""
    damping = case.damping * units.times(case.step)
    return "\n".join(
        [
            f"FIRST_ONLY velocity all create {case.stages[0].end:.10g} {case.seed} mom yes rot yes dist gaussian",
            f"fix motion all nvt temp TEMPERATURES {damping:.10g}",
            "fix drift all momentum 1000 linear 1 1 1 angular",
        ]
    )


def _deposition(case: MdDepositionCase, units: LammpsUnits) -> str:
    """Motion of a slab: the bottom at rest, the rest of it in a bath, atoms sent down from the top of the box."""
    lattice = units.lengths(case.potential.lattice)
    wide = [count * lattice for count in case.cells[:2]]
    bottom = (case.frozen - 0.25) * lattice
    top = case.cells[2] * lattice + units.lengths(case.headroom)
    heights = f"{top - 2.0 * lattice:.10g} {top - lattice:.10g}"
    interval = max(1, round(1.0 / (case.deposition_rate * case.step)))
    count = max(1, round(case.duration / case.step) // interval)
    speed = units.velocities(case.speed)
    bath = f"{units.times(case.damping):.10g} {case.seed}"
    return "\n".join(
        [
            f"region bottom block INF INF INF INF INF {bottom:.10g}",
            "FIRST_ONLY group bottom region bottom",
            "FIRST_ONLY group slab subtract all bottom",
            "FIRST_ONLY group moving subtract all bottom",
            f"FIRST_ONLY velocity moving create {case.temperature:.10g} {case.seed} mom yes dist gaussian",
            "fix motion moving nve",
            f"fix bath slab langevin TEMPERATURES {bath}",
            f"region source block 0.0 {wide[0]:.10g} 0.0 {wide[1]:.10g} {heights}",
            "fix lid all wall/reflect zhi EDGE",
            f"fix source moving deposit {count} 1 {interval} {case.seed + 1} region source near {0.6 * lattice:.10g} "
            f"vz {-speed:.10g} {-speed:.10g} units box",
        ]
    )


def _scattered_or_sphere(case: MdNucleationCase, units: LammpsUnits) -> str:
    """Atoms of a cluster at the start."""
    edge = units.lengths(case.box_length)
    lattice = units.lengths(case.potential.lattice)
    if case.start == "sphere":
        positions = bcc_sphere(case.atoms, lattice) + 0.5 * edge
    else:
        positions = _scattered(case.atoms, edge, 0.7 * lattice, case.seed)
    return _data(positions, np.full((3, 2), (0.0, edge)), case)


def _scattered(count: int, edge: float, apart: float, seed: int) -> Array:
    """Places at random on the sites of a fine grid that leave each pair apart."""
    per_axis = max(1, int(edge / apart))
    while per_axis**3 < count:
        per_axis += 1
    chosen = np.random.default_rng(seed).choice(per_axis**3, size=count, replace=False)
    grid = np.stack(np.unravel_index(chosen, (per_axis,) * 3), axis=1)
    places: Array = (grid + 0.5) * (edge / per_axis)
    return places


def _slab(case: MdDepositionCase, units: LammpsUnits) -> str:
    """Atoms of a slab at the start."""
    lattice = units.lengths(case.potential.lattice)
    high = [case.cells[0] * lattice, case.cells[1] * lattice, case.cells[2] * lattice + units.lengths(case.headroom)]
    bounds = np.array([(0.0, high[0]), (0.0, high[1]), (-0.5 * lattice, high[2])])
    return _data(bcc_block(case.cells, lattice), bounds, case)


def _data(positions: Array, bounds: Array, case: MdCase) -> str:
    """Data file of LAMMPS."""
    charge = " 0.0" if case.potential.style == "reaxff" else ""
    lines = [f"{_head(case)}", f"{len(positions)} atoms", "1 atom types", ""]
    lines += [f"{low:.10g} {high:.10g} {axis}lo {axis}hi" for axis, (low, high) in zip("xyz", bounds, strict=True)]
    lines += ["", "Masses", "", f"1 {case.potential.mass:.10g}", "", f"Atoms # {'charge' if charge else 'atomic'}", ""]
    lines += [f"{i} 1{charge} {x:.10g} {y:.10g} {z:.10g}" for i, (x, y, z) in enumerate(positions, start=1)]
    return "\n".join(lines) + "\n"

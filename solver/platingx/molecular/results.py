"""What LAMMPS has left in the folder of a deck: rows of quantities in SI, segment by segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from platingx.arrays import Array, Mask
from platingx.atoms.adaptive_cna import Structure, fraction_of, structures
from platingx.atoms.attached import attached
from platingx.atoms.crystals import largest_bcc_fraction
from platingx.atoms.dump_file import Frame, read_dump
from platingx.atoms.roughness import roughness, surface_heights
from platingx.config.molecular import MdCase, MdDepositionCase, MdNucleationCase
from platingx.errors import OutputError
from platingx.molecular.deck import FRAMES, QUENCHED, STATE, THERMO
from platingx.molecular.lammps_units import units_of
from platingx.molecular.schedule import Segment

__all__ = ["heights_of", "is_done", "rows_of"]

_REACH = 0.5 * (1.0 + np.sqrt(2.0))
"""Distance of atoms that are joined over the lattice constant: between the second and third neighbours of bcc."""


def is_done(folder: Path, segment: Segment) -> bool:
    """Whether a segment has run to its end: the state behind it is written last, and the newest two are kept."""
    numbers = (path.name.split(".")[1] for path in folder.glob(STATE.format("*")))
    return any(number.isdigit() and int(number) > segment.number for number in numbers)


def rows_of(case: MdCase, folder: Path, segment: Segment) -> Iterator[dict[str, float]]:
    """Quantities at each frame of a segment, that of its beginning only in the first.

    Parameters
    ----------
    case
        The case.
    folder
        Folder of its deck.
    segment
        A segment that is done.

    Raises
    ------
    OutputError
        If files are missing or damaged.
    """
    sums = _sums(folder / THERMO.format(segment.number))
    quenched = isinstance(case, MdNucleationCase) and case.order.quench
    name = (QUENCHED if quenched else FRAMES).format(segment.number)
    energy = units_of(case.potential.style).energy
    for frame in read_dump(folder / name):
        if frame.step == segment.first and segment.number > 1:
            continue
        temperature, potential = sums.get(frame.step, (np.nan, np.nan))
        values = {
            "time": frame.step * case.step,
            "temperature": temperature,
            "atoms": len(frame.ids),
            "potential_energy_per_atom": potential * energy / max(len(frame.ids), 1),
        }
        if isinstance(case, MdNucleationCase):
            yield {**values, **_of_order(case, frame)}
        else:
            assert isinstance(case, MdDepositionCase)
            yield {**values, **_of_front(case, frame)}


def _of_order(case: MdNucleationCase, frame: Frame) -> Mapping[str, float]:
    """Share of bcc, raw and over that of a perfect sphere of as many atoms."""
    share = fraction_of(structures(frame.positions, frame.box), Structure.BCC)
    return {"bcc_fraction": share, "relative_bcc_fraction": share / largest_bcc_fraction(case.atoms)}


def heights_of(case: MdDepositionCase, frame: Frame) -> tuple[Array, float]:
    """Height of the front over the clean slab in bins one lattice constant wide along x, m, and their width, m."""
    unit = units_of(case.potential.style).length
    lattice = case.potential.lattice / unit
    surface = (case.cells[2] - 0.5) * lattice
    heights = (surface_heights(frame.positions[_landed(case, frame)], frame.box, lattice) - surface) * unit
    return heights, float(frame.box.lengths[0]) / len(heights) * unit


def _landed(case: MdDepositionCase, frame: Frame) -> Mask:
    """Atoms of slab and deposit, without those in flight."""
    return attached(frame.positions, frame.box, _REACH * case.potential.lattice / units_of(case.potential.style).length)


def _of_front(case: MdDepositionCase, frame: Frame) -> Mapping[str, float]:
    """Deposit and roughness of its front."""
    front = roughness(heights_of(case, frame)[0])
    landed = int(np.sum(_landed(case, frame))) - 2 * int(np.prod(case.cells))
    return {
        "deposited_atoms": landed,
        "deposited_thickness": 0.5 * landed * case.potential.lattice**3 / case.area,
        "front_height": front.mean,
        "roughness_average": front.average,
        "roughness_total": front.total,
        "roughness_rms": front.rms,
    }


def _sums(path: Path) -> dict[int, tuple[float, float]]:
    """Temperature, K, and potential energy by step."""
    try:
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        return {int(row[0]): (float(row[1]), float(row[2])) for row in rows}
    except (OSError, ValueError, IndexError) as error:
        raise OutputError(f"cannot read {path}: {error}") from error

"""Validation: what of the molecular dynamics of Wang et al. 2020 can be followed, and what cannot."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.atoms.adaptive_cna import Structure, structures
from platingx.atoms.box import Box
from platingx.atoms.crystals import bcc_block, bcc_sphere, largest_bcc_fraction
from platingx.atoms.roughness import front_roughness
from platingx.config.loader import any_case_from_dict
from platingx.config.molecular import MdDepositionCase, MdNucleationCase
from platingx.config.potential import Potential
from platingx.constants import AVOGADRO
from platingx.errors import CaseError
from platingx.molecular.program import Lammps, find_lammps
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.verification.models.lammps_crystal import relaxed_crystal
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.wang2020_cost import cost_rows

PAPER = "Wang et al. 2020"
LATTICE = 3.51e-10  # m
MASS = 6.94e-3 / AVOGADRO  # kg

STATEMENT = r"""
Wang et al. (2020) let clusters of lithium cool in molecular dynamics: below some 700 atoms they stay disordered, above
they become bcc. And they let atoms land on a crystal: the slower, the smoother. The package writes such decks, lets
LAMMPS run them, and tells order and roughness ([equations](../theory.md#order-and-roughness-of-atoms)).

**What this page shows**: the sums behind the set-up of the paper; that neighbours are analysed as OVITO does it; that
one of two potentials of the library has its published crystal; and two small real runs, which show that the chain works
and no more.

**What cannot be followed**:

- *The threshold of 700 atoms.* It needs the reactive force field for lithium of the paper, which no public file has:
  the authors thank its author for it. `potential: {style: reaxff, file: ...}` takes it from whoever has it.
- *With a public potential* a cluster of any size that was tried here stays disordered in the times that were tried
  (some picoseconds): that is no threshold, since ordering takes nanoseconds. Ten sizes with ten seeds of
  `md_nucleation.yaml` (`md_threshold.study.yaml`) are a study for a cluster; what it costs stands below, estimated for
  `li_meam_cui_2012`, and it costs some twenty times that with `li_snap_zuo_2020`.
- *Roughness over the rate.* The same holds for a rate at a tenth of the length of the paper (`md_deposition.yaml`); the
  box of the paper, which is deeper as well, costs thirty times that. The paper prints its roughness as a figure only.
- *The rates themselves.* One atom per picosecond on the paper's face is 2e5 A/cm², some 1e8 times
  the current density of a cell. Nothing here says how rough a cell's lithium is, and every run says so.

**Raw shares of bcc mislead**: a perfect sphere of 700 atoms is one half bcc, since its surface is not. Shares are
given over those of perfect spheres, of copies that were brought to rest first.
"""


def run(effort: Effort) -> Outcome:
    """Evaluate the sums, and run LAMMPS."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        cluster, front = _cluster(place / "cluster", effort), _deposit(place / "deposit", effort)
        box = _deposition(**_PAPER_BOX)
        rows = (*_sums(), *_analysis(), *_crystals(place / "crystals"), *_of_runs(cluster, front), *cost_rows(box))
        history, deposit = cluster.history, front.history
    return Outcome(
        rows=rows,
        pictures=(
            Picture("spheres", SPHERES, _draw_spheres, (5.2, 3.0)),
            Picture("cluster", CLUSTER, lambda figure: _draw_cluster(figure, history), (5.2, 3.0)),
            Picture("front", FRONT, lambda figure: _draw_front(figure, deposit), (5.2, 3.0)),
        ),
        notes=NOTES,
        input="cases/md_nucleation.yaml and md_deposition.yaml, cut short",
    )


SPHERES = "Share of bcc of perfect spheres by adaptive common neighbour analysis: the rest is surface."
CLUSTER = "A cluster that is melted and cooled: share of bcc of copies at rest, over that of a perfect sphere."
FRONT = "Roughness of the front of a small deposit over its thickness, far above any current density of a cell."
NOTES = (
    "Counts of OVITO 3.17.2 were made once for the same positions, which are drawn from a seed.",
    "Sizes and times of the two runs are far below those of the paper: they show that the chain works.",
)


def _sums() -> Iterator[Row]:
    """What the paper prints about its set-up."""
    case = any_case_from_dict(_nucleation(atoms=700, stages=_STAGES, step="0.5 fs"))
    assert isinstance(case, MdNucleationCase)
    whole = any_case_from_dict(_deposition(**_PAPER_BOX))
    assert isinstance(whole, MdDepositionCase)
    yield _printed("protocol", "whole time", "ns", 5.3, 1e9 * sum(case.durations()), 1e-9)
    sphere = 2.0 * (3.0 * 700 * MASS / (4.0 * math.pi * 534.0)) ** (1.0 / 3.0)
    yield _printed("700 atoms at the density of the metal", "diameter", "nm", 3.0, 1e9 * sphere, 0.04)
    for size, expected in ((2.0, 194.0), (3.0, 655.0), (5.0, 3032.0)):
        count = math.pi / 6.0 * (1e-9 * size) ** 3 * 534.0 / MASS
        yield _sum(f"sphere of {size:g} nm at the density of the metal", "atoms", "", expected, count)
    yield _sum("700 atoms at 0.0534 g/cm³", "edge of the box", "nm", 5.326, 1e9 * case.box_length)
    for name, expected, axis in (("length", 112.3, 0), ("depth across", 0.702, 1), ("height", 35.1, 2)):
        yield _printed("320 x 2 x 100 cells", name, "nm", expected, 1e9 * whole.cells[axis] * LATTICE, 1e-3)
    for density, expected in ((0.0534, 5.059), (0.13, 3.761), (0.26, 2.985), (0.27, 2.948), (0.47, 2.450)):
        edge = (600 * MASS / (1e3 * density)) ** (1.0 / 3.0)
        yield _sum(f"600 atoms at {density} g/cm³", "edge of the box", "nm", expected, 1e9 * edge)
    for name, planes, expected in (("(110)", 2, 0.244), ("(200)", 4, 0.174), ("(211)", 6, 0.142)):
        yield _printed("measured d of lithium", name, "nm", expected, 1e9 * LATTICE / math.sqrt(planes), 0.025)
    yield Row("1 atom per ps on 112.3 x 0.702 nm", "current density", "A/cm²", None, 1e-4 * whole.current_density, None,
              "Faraday", "own")  # fmt: skip
    for rate in (1.0, 0.5, 0.25):
        label = f"45 ns of {rate:g} atoms per ps"
        yield Row(label, "thickness", "nm", None, 1e9 * rate * whole.thickness, None, "Faraday", "own")
    yield from _charges()


def _charges() -> Iterator[Row]:
    """Plated charges of the paper's series, which it holds equal, and its shares of crystalline and glassy lithium."""
    series = {1 / 24: ((0.1, 25.0), (1.0, 2.5), (2.5, 1.0), (0.5, 5.0)), 1.0: ((0.1, 600.0), (0.5, 120.0), (2.5, 24.0))}
    for charge, pairs in series.items():
        for current, minutes in pairs:
            found = current * minutes / 60.0
            yield Row(f"{minutes:g} min at {current:g} mA/cm²", "charge", "mAh/cm²", charge, found, 1e-9,
                      f"{PAPER}, the same in the series", "published")  # fmt: skip
    misprint = "a misprint of the paper: its two shares add up to more than the whole"
    for shares in ((76.8, 23.2), (48.4, 52.6)):
        whole = sum(shares)
        yield Row(f"printed shares {shares[0]} and {shares[1]} %", "sum", "%", 100.0, whole, 1e-3, PAPER, "published",
                  missed=misprint if abs(whole - 100.0) > 0.1 else "")  # fmt: skip


def _sum(label: str, quantity: str, unit: str, expected: float, computed: float) -> Row:
    return Row(label, quantity, unit, expected, computed, 1e-3, "arithmetic", "arithmetic")


def _printed(label: str, quantity: str, unit: str, expected: float, computed: float, tolerance: float) -> Row:
    return Row(label, quantity, unit, expected, computed, tolerance, PAPER, "published")


def _analysis() -> Iterator[Row]:
    """Order and roughness of what is known."""
    draw, box = np.random.default_rng(1), Box((0.0, 0.0, 0.0), (6.0, 6.0, 6.0), (True, True, True))
    for noise, expected in ((0.05, 432), (0.2, 366), (0.35, 11), (0.5, 0)):
        positions = bcc_block((6, 6, 6), 3.51) + draw.normal(0.0, noise, (432, 3))
        found = int(np.sum(structures(np.asarray(positions / 3.51, float), box) == Structure.BCC))
        label = f"432 atoms of a periodic crystal, shaken by {noise} Å"
        yield Row(
            label, "bcc atoms", "", float(expected), float(found), 0.5, "OVITO 3.17.2", "independent", absolute=True
        )
    whole = Box((-40.0,) * 3, (40.0,) * 3)
    for atoms, expected in _OVITO_SPHERES.items():
        found = int(np.sum(structures(bcc_sphere(atoms, 3.51), whole) == Structure.BCC))
        label = f"perfect sphere of {atoms} atoms"
        yield Row(
            label, "bcc atoms", "", float(expected), float(found), 0.5, "OVITO 3.17.2", "independent", absolute=True
        )
    slab = Box((0.0, 0.0, 0.0), (16.0, 2.0, 10.0), (True, True, True))
    share = float(np.mean(structures(bcc_block((16, 2, 10), 1.0), slab) == Structure.BCC))
    yield Row("slab two cells deep, periodic", "share of bcc", "", 1.0, share, 1e-12, "by definition", "exact")
    x = np.linspace(0.0, 1.0, 4001, dtype=np.float64)
    front = front_roughness(x, np.asarray(np.sin(2.0 * np.pi * x), float))
    for name, value, known in (("R_a", front.average, 2.0 / math.pi), ("sigma", front.rms, math.sqrt(0.5)),
                                  ("R_max", front.total, 2.0)):  # fmt: skip
        yield Row("front A sin kx", f"{name}/A", "", known, value, 1e-5, "closed form", "exact")


_OVITO_SPHERES = {300: 112, 500: 230, 600: 292, 700: 350, 800: 419, 1000: 560, 1500: 904}


_SECOND_NEIGHBOURS = "the relaxed crystal is wider than the parameter of its file says; why is not known"


def _crystals(folder: Path) -> Iterator[Row]:
    """Crystals of the potentials of the library that are written from their numbers."""
    lammps = _lammps()
    for name in ("li_meam_cui_2012", "li_meam_kim_2012"):
        potential = Potential.model_validate(name)
        lattice, energy = relaxed_crystal(lammps, potential, folder / name)
        entry = potential.entry
        assert entry is not None
        missed = _SECOND_NEIGHBOURS if name == "li_meam_kim_2012" else ""
        yield Row(f"{name}, LAMMPS", "lattice constant", "Å", float(entry.library["alat"]), 1e10 * lattice, 0.005,
                  "parameter alat of the fit", "published", missed=missed)  # fmt: skip
        yield Row(f"{name}, LAMMPS", "energy of an atom", "eV", -float(entry.library["esub"]), energy, 0.005,
                  "parameter esub of the fit", "published")  # fmt: skip


def _of_runs(cluster: RunResults, front: RunResults) -> Iterator[Row]:
    last, landed = cluster.history.iloc[-1], front.history.iloc[-1]
    label = f"{int(last['atoms'])} atoms melted at 500 K, {1e12 * last['time_s']:.0f} ps, at rest"
    yield Row(label, "bcc over a perfect sphere", "", None, float(last["relative_bcc_fraction"]), None, PAPER, "own")
    label = f"deposit of {int(landed['deposited_atoms'])} atoms"
    for name, column in (("R_a", "average"), ("R_max", "total"), ("sigma", "rms")):
        yield Row(label, name, "nm", None, 1e9 * float(landed[f"roughness_{column}_m"]), None, PAPER, "own")


_STAGES = [
    {"hold": "500 K", "duration": "0.1 ns"},
    {"to": "300 K", "rate": "1 K/ps"},
    {"hold": "300 K", "duration": "5 ns"},
]


_PAPER_BOX: dict[str, Any] = {"cells": [320, 2, 100], "rate": "1e12 1/s", "duration": "45 ns", "headroom": "30 nm"}


def _nucleation(**values: Any) -> dict[str, Any]:
    common = {"kind": "md_nucleation", "name": "cluster", "density": "0.0534 g/cm^3", "potential": "li_meam_cui_2012"}
    return {**common, "output": {"figures": False}, **values}


def _deposition(cells: list[int], rate: str, duration: str, headroom: str, **values: Any) -> dict[str, Any]:
    potential = {"base": "li_meam_cui_2012", "lattice": "3.51 angstrom"}
    common = {"kind": "md_deposition", "name": "deposit", "step": "1 fs", "potential": potential}
    given = {"cells": cells, "deposition_rate": rate, "duration": duration, "headroom": headroom}
    return {**common, **given, "output": {"figures": False}, **values}


def _cluster(folder: Path, effort: Effort) -> RunResults:
    """The quench of the paper, a thousand times faster."""
    atoms, hold = (60, "0.4 ps") if effort == "coarse" else (250, "2 ps")
    last = "0.4 ps" if effort == "coarse" else "6 ps"
    rate = "500 K/ps" if effort == "coarse" else "50 K/ps"
    stages = [{"hold": "500 K", "duration": hold}, {"to": "300 K", "rate": rate}, {"hold": "300 K", "duration": last}]
    case = any_case_from_dict(
        _nucleation(
            atoms=atoms, stages=stages, step="2 fs", order={"every": "0.4 ps" if effort == "coarse" else "1 ps"}
        )
    )
    return run_case(case, folder, quiet=True, comm=MPI.COMM_SELF)


def _deposit(folder: Path, effort: Effort) -> RunResults:
    size = ([6, 2, 4], "2e12 1/s", "1 ps") if effort == "coarse" else ([12, 2, 4], "2e12 1/s", "12 ps")
    every = "0.5 ps" if effort == "coarse" else "1 ps"
    case = any_case_from_dict(_deposition(*size, headroom="3 nm", speed="2000 m/s", every=every))
    return run_case(case, folder, quiet=True, comm=MPI.COMM_SELF)


def _draw_spheres(figure: Figure) -> None:
    axes = figure.subplots()
    sizes = np.unique(np.geomspace(60, 3000, 30).astype(int))
    axes.semilogx(sizes, [largest_bcc_fraction(int(size)) for size in sizes], color="#1f4e79")
    axes.axvline(700.0, color="#555555", linestyle="--", linewidth=0.8)
    axes.set_xlabel("atoms")
    axes.set_ylabel("share of bcc")
    axes.set_ylim(0.0, 1.0)


def _draw_cluster(figure: Figure, history: Any) -> None:
    axes = figure.subplots()
    axes.plot(1e12 * history["time_s"], history["relative_bcc_fraction"], color="#1f4e79")
    axes.set_xlabel("time (ps)")
    axes.set_ylabel("bcc over a perfect sphere")
    axes.set_ylim(0.0, 1.0)


def _draw_front(figure: Figure, history: Any) -> None:
    axes = figure.subplots()
    thick = 1e9 * history["deposited_thickness_m"]
    for name, words in (("average", "R$_a$"), ("rms", r"$\sigma$"), ("total", "R$_{max}$")):
        axes.plot(thick, 1e9 * history[f"roughness_{name}_m"], label=words)
    axes.set_xlabel("deposit (nm)")
    axes.set_ylabel("roughness (nm)")
    axes.legend()


def _lammps() -> Lammps:
    case = any_case_from_dict(_nucleation(atoms=60, stages=_STAGES, step="1 fs"))
    assert isinstance(case, MdNucleationCase)
    return find_lammps(case)


def _missing() -> str:
    try:
        _lammps()
    except CaseError as error:
        return str(error).partition(";")[0]
    return ""


PROBLEM = Problem(
    name="wang2020",
    title="Order of small clusters and roughness of deposits of lithium",
    part="validation",
    statement=STATEMENT.strip(),
    sources=(
        "Wang et al., Nature Materials 19 (2020) 1339, doi 10.1038/s41563-020-0729-1, text, Methods and Supplementary "
        "Information",
        "A. Stukowski, Modelling Simul. Mater. Sci. Eng. 20 (2012) 045021; OVITO 3.17.2",
    ),
    run=run,
    minutes=1.5,
    missing=_missing,
)

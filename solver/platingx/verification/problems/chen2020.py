"""Validation: the numbers that Chen et al. 2020 print about lithium in tubules of a mixed conductor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from mpi4py import MPI

from platingx.config.sources import unverified_values
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.verification.models.tubes import end_of, shipped_tube, tube_model
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems import chen2020_figures as figures
from platingx.verification.problems.chen2020_sums import PAPER, sums

STATEMENT = r"""
Chen et al. (2020) plate lithium into tubes of carbon about 100 nm wide, whose walls conduct lithium and electrons,
strip it again, and argue that it moves by diffusion along its interface with the wall (Coble creep). This page takes
the numbers that the paper prints and computes each of them from the paper's own equations and inputs, with the
functions and runs of the package ([equations](../theory.md#tubules)). Printed numbers have one to three digits; the
tolerance is half a unit of the last of them unless said otherwise.

**What follows**: the energy of pressure, the required conductivity (Eq. 1), the conductivities of the walls (Eq. 2),
the fills that follow from them, the surface diffusivities (Eq. 4), the ratios that show which path is faster, the
height that 3 mAh/cm² need, and that stripping goes on across a void by diffusion and by nothing else.

**What does not follow from the paper's own equations**, and is counted as missed below:

- *"About 1 mS/cm for any mixed conductor"*. Eq. 3 with the printed values gives 1.8 to 2.6 mS/cm. It takes the
  concentration of the mixed conductor for the faces; an interface of lithium has one atom in each atomic volume, and
  with that it is 2.3 to 3.3 mS/cm. The statement is of the right order and on the safe side. The three readings stand
  side by side.
- *"Tens of atmospheres (a few MPa)" of gas in a tube that is compressed ten times*. Boyle's law gives 10 atm, 1.0
  MPa; 30 to 50 times would be needed.
- *The strength of 65 MPa above the pressure inside*. That is so for the gas. The pressure of the lithium at the root
  is 117 MPa in a full tube at 3 mA/cm² with the printed diffusivity, and the hoop stress of a wall of 10 nm 650 MPa
  (by the formula of thick tubes, which a finite-element run of a plug in its wall bears out, [b08-plug](b08-plug.md)):
  ten times that strength. Such walls would burst, or the diffusivity is larger, or the wall carries a share, or the
  tubes are not filled so far.
- *The measured overpotential of 39 mV*. Transport along the wall costs 0.3 mV of it at 0.125 mA/cm² and 55 °C. The
  rest is not in these equations.

**What is not here**: the Coulombic efficiency (99.83 %), capacities by mass of full cells (164 mAh/g) and cut-off
voltages are measurements of cells, for which the equations of the paper have no counterpart; the ratios of atoms of its
spectra (x in ZnO$_x$ 0.45, Li:C 0.56) need intensities that are not at hand; only what follows from the latter is
computed. Nothing was fitted on this page.
"""

NOTES = (
    "The diffusivity along the interface, 2e-7 cm²/s, is an estimate of the paper from data of other metals. All"
    " pressures are in inverse proportion to it.",
    "The factors 14 and 14 pi of diffusional creep in the map are those commonly quoted from Frost and Ashby; the book"
    " was not opened.",
)


def run(effort: Effort) -> Outcome:
    """Evaluate the sums, and run the tubes."""
    with TemporaryDirectory() as folder:
        cycled, crossed, blocked = _runs(Path(folder), 10 if effort == "coarse" else 100)
        rows = (
            *sums(),
            *_of_cycles(cycled, 10 if effort == "coarse" else 100),
            *_of_voids(crossed, blocked),
            *_predictions(),
        )
    return Outcome(
        rows=rows,
        pictures=(
            Picture("walls", figures.WALLS, figures.draw_walls, (6.8, 3.0)),
            Picture("root", figures.ROOT, figures.draw_root, (6.8, 3.0)),
            Picture("capacity", figures.CAPACITY, figures.draw_capacity, (6.8, 3.0)),
            Picture("creep", figures.CREEP, figures.draw_creep, (6.4, 3.6)),
        ),
        notes=NOTES,
        input="cases/tubule.yaml, cases/tubule_void.yaml, and the values of the paper in each row",
        unverified=tuple(unverified_values(shipped_tube())),
    )


def _runs(folder: Path, cycles: int) -> tuple[RunResults, RunResults, RunResults]:
    cases = {
        "cycled": shipped_tube(
            {"tube.length": "10 um", "drive.cycles": str(cycles), "drive.plate.capacity": "1.5 mAh/cm^2"}
        ),
        "crossed": shipped_tube({}, "tubule_void.yaml"),
        "blocked": shipped_tube({"paths": "[]"}, "tubule_void.yaml"),
    }
    cycled, crossed, blocked = (
        run_case(case, folder / name, quiet=True, comm=MPI.COMM_SELF) for name, case in cases.items()
    )
    return cycled, crossed, blocked


def _of_cycles(run: RunResults, cycles: int) -> Iterator[Row]:
    """All the metal comes back in each cycle over 10 um."""
    done = float(run.summary["ended_by"]["strip"].get("empty", 0))
    yield Row(f"tubes of 10 um, {cycles} cycles", "cycles after which all metal has come back", "", float(cycles), done,
              1e-9, f"{PAPER}: 100 cycles over 10 um", "published")  # fmt: skip


def _of_voids(crossed: RunResults, blocked: RunResults) -> Iterator[Row]:
    """Stripping across a void of 6 um, the argument of the paper."""
    length, time = crossed.quantity("max_void_length"), float(crossed.history["time_s"].iloc[-1])
    source = f"{PAPER}: stripping goes on across a void of at least 6 um"
    yield Row(
        "stripping at 50 mV, bare wall with the diffusivity of the interface",
        "void",
        "um",
        6.0,
        1e6 * length,
        0.01,
        source,
        "published",
    )
    yield Row("the same", "time to 6 um", "s", None, time, None, "this package", "own")
    stopped = blocked.quantity("max_void_length")
    source = f"{PAPER}: glide of dislocations cannot cross a void"
    yield Row(
        "the same without a path of diffusion",
        "void",
        "um",
        0.0,
        1e6 * stopped,
        1e-9,
        source,
        "published",
        absolute=True,
    )


def _predictions() -> Iterator[Row]:
    """What the equations of the paper give for its tubes, which it does not print; one measured number among them."""
    tubes: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("100/10", ()),
        ("200/50", ("200 nm", "50 nm")),
        ("100/60", ("100 nm", "60 nm")),
        ("30/50", ("30 nm", "50 nm")),
        ("60/60", ("60 nm", "60 nm")),
    )
    for name, shape in tubes:
        values = dict(zip(("tube.diameter", "tube.wall_thickness"), shape, strict=True)) if shape else {}
        model = tube_model(values)
        end = end_of(model, current=30.0)
        found = model.pressures(end.filling, end.speed, end.at_root)
        label = f"W/w {name} nm, full over 20 um, 3 mA/cm²"
        yield Row(label, "pressure at the root", "MPa", None, found.root / 1e6, None, "prediction", "own")
        yield Row(label, "hoop stress over 65 MPa", "", None, found.hoop / 65e6, None, "prediction", "own")
    model = tube_model({"temperature": "55 degC"})
    end = end_of(model, current=1.25)
    root = model.pressures(end.filling, end.speed, end.at_root).root
    yield Row("55 °C, 0.125 mA/cm²", "pressure at the root", "MPa", None, root / 1e6, None, "prediction", "own")
    missed = (
        "transport gives under a hundredth of it: kinetics, contacts and the electrolyte are not in these equations"
    )
    yield Row(
        "55 °C, 0.125 mA/cm²",
        "overpotential",
        "mV",
        39.0,
        1e3 * model.voltage(root),
        0.02,
        f"{PAPER}: measured",
        "published",
        missed=missed,
    )


PROBLEM = Problem(
    name="chen2020",
    title="B08 Lithium in tubules of a mixed conductor",
    part="validation",
    statement=STATEMENT.strip(),
    sources=(
        "Chen et al., Nature 578 (2020) 251, doi 10.1038/s41586-020-1972-y, text, Methods, Eqs. 1 to 4, Extended Data",
    ),
    run=run,
    minutes=0.3,
)

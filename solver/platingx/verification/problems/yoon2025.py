"""Validation: what of Yoon et al. 2025 the package can be compared with, figure by figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise, product

import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import brentq

from platingx.config.sources import unverified_values
from platingx.constants import FARADAY
from platingx.post.sand import fit_sand
from platingx.post.voxels import VolumeReading, strip_volume, synthetic_volume
from platingx.verification.models.void_cells import SODIUM_FILE, VOID_FILE, Stripped, shipped_cell, stripped
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.yoon2025_states import (
    beside_another_program,
    excess,
    of_focusing,
    of_following,
    of_impedance,
)

FIGURES = (
    ("figure", "here", "why not more"),
    ("---", "---", "---"),
    (
        "1a, b",
        "nothing",
        "schematics",
    ),
    (
        "1c, d, S5",
        "transport descriptors of the printed capacities; what share the foil would follow, if they opened the gap of "
        "a cell here",
        "capacities themselves need the unknown hold of the foil; the paper gives no table of its fits",
    ),
    (
        "1e",
        "the same shares, which rise with the pressure",
        "needs that hold over the pressure",
    ),
    (
        "2a to d",
        "contact share that 164 to 252 ohm cm² ask for, if all is contact and constriction; impedance of such contacts "
        "behind gaps (252 ohm cm²) and beside sodium that blocks (164)",
        "interface resistance, conductivity, capacitances and gaps unknown; cycles of c, d are not run",
    ),
    (
        "2e to g, 3a, b",
        "nothing",
        "micrographs",
    ),
    (
        "3c to e",
        "coverage of synthetic volumes, stripped voxel by voxel",
        "the tomograms are not public",
    ),
    (
        "4",
        "nothing",
        "life time is not modelled",
    ),
    (
        "5a, d",
        "nothing",
        "stresses of a finite-element state with unknown shape",
    ),
    (
        "5b, c",
        "contact after two minutes",
        "unknown $L$, hold, diffusivity, adhesion",
    ),
    (
        "5e, f, j",
        "sodium as a body of the same shape as the void, which keeps its volume and is pressed flat; both cells at "
        "equal conditions",
        "as 5b; its one shape is a cap, its contact with lithium that of lithium with the electrolyte (unknown)",
    ),
    (
        "5g, h",
        "local current at the edge of the contact after two minutes, beside a void and beside sodium",
        "as 5b; strips of contact, not the shapes of the paper",
    ),
    (
        "5i",
        "contact over current and $w/L$",
        "as 5b",
    ),
    (
        "5k",
        "focusing of the current at the start, also by (w/2)/(kappa Z)",
        "as 5b; with sodium it is the same at the start",
    ),
)
"""Each figure of the paper: what is compared, and why not more."""
STATEMENT = r"""
Yoon et al. (2025) strip lithium with domains of sodium from a sulphide electrolyte. The sodium stays, is soft, and
keeps contact where lithium alone opens voids. The model of the paper is in a supplement that was not at hand, and what
it prints of its results is in figures without numbers. This page therefore asks for **directions**, and says of every
figure what is compared and what cannot be.

**Known**: current densities, stack pressure 1 MPa, $w/L$, times, yield strengths. **Not known**: the width $L$ of the
cell, heights, interface resistance, conductivity, surface diffusivity, adhesion, the creep law, and how the foil
follows what is stripped. `follow.share` 0.5 and the adhesion of `void_cell.yaml` are **calibrated** so that voids open
at all, the others are **plausible or unknown**: no contact share below is a prediction.

@@

**A negative result**: with the same void and a foil that follows its stack pressure of 1 MPa, as a free foil would,
the void closes. Creep and Butler-Volmer kinetics do not open voids; the direction of the paper needs a foil that is
held back, and in cells of some micrometres diffusion along the face.

**Sodium against a void, at equal conditions** (the same shape, foil, steps, intervals): the sign depends on the foil
and on the height. Metal that is stripped and not followed becomes gap, $(1-s)\,q$ in the mean, in both cells. Where the
foil follows all of it ($s=1$) and the shape is high, a void spreads sideways by diffusion while sodium holds its own,
and contact is better beside sodium, as in the paper. Where the foil is held back by one half, the new gap deepens what
is open over a void already; beside sodium, which fills that, it takes width of its own, and contact is worse:
**opposite to the paper**, and of the inputs tried only the hold and the height turn it. What the foil of the experiment
does is not known.
"""

NOTES = (
    "Rows of kind calibrated have an input that was chosen so that contact is lost at all; only their direction is"
    " judged, as a count of neighbouring points.",
    "Sodium and void are compared in 96 intervals; both contact shares are then up to some percent from those of many.",
)
PAPER = "Yoon et al. 2025"
CURRENTS, SHARES = (0.1, 0.25, 0.5, 1.0), (0.1, 0.2, 0.3, 0.4)
VOLUME = 13.02e-6  # m3/mol
SODIUM = 0.16823  # volume of sodium at 10 mol %
FOLLOWS = {"follow.share": "1", "cell.void_aspect": "0.5", "resolution.intervals": "96"}
HELD = {"follow.share": "0.5", "cell.void_aspect": "0.1", "resolution.intervals": "96"}
Map = Mapping[tuple[float, float], Stripped]


def run(effort: Effort) -> Outcome:
    """Strip cells, fit times, strip volumes."""
    full = effort == "full"
    currents, shares = (CURRENTS, SHARES) if full else (CURRENTS[1:3], SHARES[1:3])
    usual = {} if full else {"cell.period": "1 um", "resolution.intervals": "96", "program.0.duration": "20 s"}
    found = {
        (current, share): stripped(
            usual | {"program.0.current_density": f"-{current} mA/cm^2", "cell.void_share": str(share)}
        )
        for current in currents
        for share in shares
    }
    free = stripped(usual | {"follow.share": "null", "follow.pressure": "1 MPa"})
    rows = (
        *_of_voids(found, currents, shares, free),
        *(_of_sodium() if full else ()),
        *_of_sand(),
        *_of_volumes((94, 300, 300) if full else (20, 100, 100)),
        *_of_resistance(),
        *(of_impedance() if full else ()),
        *of_following(0.5 * found[currents[-1], shares[-1]].removed, VOLUME),
    )
    return Outcome(
        rows=rows,
        pictures=(Picture("contact", CAPTION, partial(_draw, found=found), (6.8, 3.0)),),
        notes=NOTES,
        input="cases/void_cell.yaml and na_cell.yaml, with the currents and widths of each row",
        unverified=tuple(unverified_values(shipped_cell())),
    )


def _of_voids(found: Map, currents: Sequence[float], shares: Sequence[float], free: Stripped) -> Iterator[Row]:
    """Directions of Fig. 5 i and k, and the negative result."""
    over_current = [found[a, w].after > found[b, w].after for w in shares for a, b in pairwise(currents)]
    over_width = [found[i, a].after > found[i, b].after for i in currents for a, b in pairwise(shares)]
    source = f"{PAPER}, Fig. 5 i: a direction"
    yield Row("void, foil held back by one half", "neighbours in current with less contact at more current", "",
              float(len(over_current)), float(sum(over_current)), 1e-9, source, "published", "calibrated")  # fmt: skip
    yield Row("void, foil held back by one half", "neighbours in w/L with less contact at more width", "",
              float(len(over_width)), float(sum(over_width)), 1e-9, source, "published", "calibrated")  # fmt: skip
    yield Row("void, free foil under 1 MPa", "contact share at the end", "", 1.0, free.after, 1e-2,
              "Roy, Fleck and Deshpande 2021: creep and Butler-Volmer open no void", "published")  # fmt: skip
    for (current, share), each in found.items():
        label = f"void, w/L {share:g}, {current:g} mA/cm², after {each.time:.0f} s"
        yield beside_another_program(label, current, share, each)
    middle = found[0.5, 0.2]
    yield Row("0.5 mA/cm²", "thickness removed", "nm", None, 1e9 * middle.removed, None, "Faraday's law", "own")
    label = "w/L 0.2 at the start (period, kappa and Z unknown)"
    yield Row(label, "largest current over the mean of the contact", "", None, middle.focusing, None, "own", "own")


def _of_sodium() -> Iterator[Row]:
    """Fig. 5 j: contact beside sodium less that beside a void of its shape, the foil following and held back."""
    for values, words, currents, more in (
        (FOLLOWS, "foil follows", (0.25, 0.5), True),
        (HELD, "foil held back by one half", (0.5,), False),
    ):
        found = []
        for current, share in product(currents, SHARES[1:3]):
            cell = values | {"program.0.current_density": f"-{current} mA/cm^2", "cell.void_share": str(share)}
            beside = [stripped(cell, file).after for file in (SODIUM_FILE, VOID_FILE)]
            found.append(beside[0] > beside[1])
            label = f"{words}, w/L {share:g}, {current:g} mA/cm²"
            for name, each in zip(("sodium", "a void"), beside, strict=True):
                yield Row(label, f"contact share beside {name} (hold calibrated)", "", None, each, None, "own", "own",
                          "calibrated")  # fmt: skip
        if more:
            yield Row(f"sodium, {words}", "points with more contact than beside a void", "", float(len(found)),
                      float(sum(found)), 1e-9, f"{PAPER}, Fig. 5 j: a direction", "published",
                      "calibrated")  # fmt: skip
            yield from of_focusing(beside[1], beside[0])
        else:
            what = "points with more contact than beside a void: the paper has all"
            yield Row(f"sodium, {words}", what, "", None, float(sum(found)), None, f"{PAPER}, Fig. 5 j: not met", "own",
                      "calibrated")  # fmt: skip


def _of_sand() -> Iterator[Row]:
    """Descriptors of the printed capacities at 0.25 mA/cm2, and how long bulk diffusion would last."""
    values = {"Li, 0 MPa": 0.4, "Li, 0.8 MPa": 2.2, "Li with 20 % Na, 0 MPa": 5.3, "Li with 5 % Na, 0.8 MPa": 16.0}
    found = {}
    for label, capacity in values.items():
        fit = fit_sand(np.array([2.5]), np.array([capacity / 0.25 * 3600.0]), VOLUME)
        found[label] = fit.descriptor
        yield Row(f"{label}, {capacity:g} mAh/cm²", "transport descriptor, one point", "1e-12 cm²/s", None,
                  1e16 * fit.descriptor, None, f"{PAPER}, Fig. 1: capacity", "own")  # fmt: skip
    rises = (found["Li with 20 % Na, 0 MPa"] > found["Li, 0 MPa"]) + (
        found["Li with 5 % Na, 0.8 MPa"] > found["Li, 0.8 MPa"]
    )
    yield Row("at 0 and at 0.8 MPa", "pairs in which the descriptor rises with sodium", "", 2.0, float(rises), 1e-9,
              f"{PAPER}, Fig. S5: a direction", "published")  # fmt: skip
    time = math.pi * 1e-14 * (0.5 * FARADAY / VOLUME / 5.0) ** 2
    yield Row("1e-14 m²/s, 0.5 mA/cm²", "Sand's time: bulk diffusion alone would last far over two minutes", "s", None,
              time, None, "Sand 1901", "own")  # fmt: skip


def _of_volumes(shape: tuple[int, int, int]) -> Iterator[Row]:
    """Fig. 3: ten layers of 1.4 um."""
    printed = 14e-6 * FARADAY / VOLUME / 36e3
    yield Row("ten layers of 1.4 um of lithium", "charge", "mAh/cm²", 2.9, printed, 0.05,
              f"{PAPER}, Fig. 3", "published", absolute=True)  # fmt: skip
    reading = VolumeReading(0, True, 1.4e-6, 1, 2)
    for chord in (0.0, 2.0, 4.0, 10.0):
        found = strip_volume(synthetic_volume(shape, SODIUM, chord, 1), reading, 10, VOLUME)
        words = f"domains of {1.4 * chord:g} um (size unknown)" if chord else "voxels strewn at random"
        yield Row(f"10 mol % sodium, {words}", "coverage after ten layers", "", None, found.coverage[-1], None, "own",
                  "own")  # fmt: skip


def _of_resistance() -> Iterator[Row]:
    """Fig. 2: contact share at which contact and constriction are 200 ohm cm2, with 2 of full contact (unknown)."""
    for period in (20e-6, 100e-6, 1e-3):
        beyond = partial(excess, period=period, wanted=200e-4)
        share = math.exp(brentq(beyond, math.log(1e-4), math.log(0.9), xtol=1e-6))
        yield Row(f"200 ohm cm², L {1e6 * period:g} um (Z 2 ohm cm² and kappa 0.2 S/m plausible)", "contact share", "",
                  None, share, None, "own", "own")  # fmt: skip


CAPTION = (
    "Contact share after stripping, beside a void in a foil held back by one half (calibrated), over the width of the"
    " void (left) and the current density (right)."
)


def _draw(figure: Figure, found: Map) -> None:
    left, right = figure.subplots(1, 2, sharey=True)
    currents, shares = (sorted({key[index] for key in found}) for index in (0, 1))
    for current in currents:
        left.plot(shares, [found[current, share].after for share in shares], "o-", label=f"{current:g} mA/cm²")
    for share in shares:
        right.semilogx(currents, [found[current, share].after for current in currents], "o-", label=f"w/L {share:g}")
    left.set_xlabel("Width of the void, $w/L$")
    right.set_xlabel("Current density (mA/cm²)")
    left.set_ylabel("Contact share")
    for axes in (left, right):
        axes.set_ylim(0.0, 1.0)
        axes.legend(fontsize=7)


PROBLEM = Problem(
    name="yoon2025",
    title="Voids and sodium at the interface of stripped lithium",
    part="validation",
    statement=STATEMENT.strip().replace("@@", "\n".join(f"| {' | '.join(row)} |" for row in FIGURES)),
    sources=("Yoon et al. 2025, text and figures; its supplement was not at hand",),
    run=run,
    minutes=6.0,
)

"""What conduction makes of the contact of Yoon et al. 2025: impedance, focusing, and how far the foil has to follow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.optimize import brentq

from platingx.constants import FARADAY, VACUUM_PERMITTIVITY
from platingx.materials.local_law import LocalLaw
from platingx.physics.impedance import FieldImpedance
from platingx.post.constriction import strip_constriction
from platingx.post.impedance import Spectrum
from platingx.problems.circuit import Held
from platingx.verification.models.conducting_cell import THERMAL, ConductingCell, Solution, solve_cell
from platingx.verification.models.void_cells import Stripped
from platingx.verification.problem import Row

__all__ = ["beside_another_program", "excess", "of_focusing", "of_following", "of_impedance"]

PAPER = "Yoon et al. 2025"
CM2 = 1e-4  # m2
PLATE, KAPPA, TRANSFER, LAYER = 500e-6, 0.2, 2.0 * CM2, 5e-2
"""m, S/m, ohm m2 and F/m2: all plausible, none measured on the cells of the paper."""
PERIOD = 100e-6
CELLS = 40
OTHER = {
    (0.1, 0.1): 0.75, (0.25, 0.1): 0.64, (0.5, 0.1): 0.49,
    (0.1, 0.2): 0.66, (0.25, 0.2): 0.57, (0.5, 0.2): 0.44,
    (0.1, 0.3): 0.57, (0.25, 0.3): 0.50, (0.5, 0.3): 0.38,
    (0.1, 0.4): 0.48, (0.25, 0.4): 0.42, (0.5, 0.4): 0.32,
}  # fmt: skip
"""Contact share after 120 s by current density (mA/cm2) and w/L, of another program of the same equations."""
APART = {(0.25, 0.1), (0.5, 0.1), (0.1, 0.3), (0.1, 0.4), (0.5, 0.4)}
"""Those of them that are more than 5 % away."""
LAWS = (
    "by up to 10 %: the other program had laws of contact and of adhesion and heights of voids of its own, which were"
    " not kept; it is known to be alike for 0.5 mA/cm² and w/L 0.3 alone"
)


def beside_another_program(label: str, current: float, share: float, found: Stripped) -> Row:
    """Fig. 5 i: contact share beside a void by current density (mA/cm2) and w/L, beside that of another program."""
    key, quantity = (current, share), "contact share (hold and adhesion calibrated)"
    if key not in OTHER or found.time < 100.0:
        return Row(label, quantity, "", None, found.after, None, "own", "own", "calibrated")
    missed = LAWS if key in APART else ""
    source = "another program, 2 digits"
    return Row(label, quantity, "", OTHER[key], found.after, 0.05, source, "independent", "calibrated", missed=missed)


def excess(logarithm: float, period: float, wanted: float) -> float:
    """Resistance of contact and constriction at a contact share over a wanted one (ohm m2), less 1.

    The share is given by its logarithm; interface and conductivity as above.
    """
    share = math.exp(logarithm)
    return (TRANSFER / share + strip_constriction(share, period, KAPPA, TRANSFER)) / wanted - 1.0


def contact(direct: float) -> tuple[float, Solution]:
    """Contact share at which the cell has a direct-current resistance (ohm m2), and the cell at rest."""
    beyond = partial(excess, period=PERIOD, wanted=direct - PLATE / KAPPA)
    share = math.exp(brentq(beyond, math.log(1e-4), math.log(0.99), xtol=1e-9))
    law = LocalLaw(0.0, THERMAL / TRANSFER, 0.5, THERMAL)
    half = 0.5 * PERIOD
    rest = (PLATE - PERIOD) / KAPPA * share  # below one period the current is even: a resistance of the contact's area
    cell = ConductingCell(
        half, PERIOD, CELLS, CELLS, KAPPA, law, share * half, inside=True, counter_resistance=rest / share, grading=3.0
    )
    return share, solve_cell(cell, Held(voltage=0.0))


def of_impedance() -> Iterator[Row]:
    """Fig. 2 a and b: states of 252 and 164 ohm cm2 behind gaps, and beside sodium that blocks."""
    frequencies = np.geomspace(1e2, 1e6, 41, dtype=np.float64)
    everywhere = 1.0 / (2.0 * math.pi * TRANSFER * LAYER)
    apexes = {}
    for figure, direct, capacitance, rest in (
        ("Fig. 2 a", 252.0, VACUUM_PERMITTIVITY / 1e-6, "gaps of 1 um"),
        ("Fig. 2 b", 164.0, LAYER, "sodium that blocks"),
    ):
        share, found = contact(direct * CM2)
        face = FieldImpedance(found.conduction, LAYER, 20.0 * VACUUM_PERMITTIVITY, [found.blocked(capacitance)])
        label = f"{figure}, {rest}, {direct:g} ohm cm² (Z, kappa, capacitances plausible)"
        yield Row(label, "contact share", "", None, share, None, "own", "own")
        at_rest = face.at(0.0).real / share / CM2
        yield Row(label, "Re Z at 0 Hz", "ohm cm^2", direct, at_rest, 5e-3, "series of the share", "independent")
        high = face.at(1e5).real / share / CM2
        yield Row(label, "Re Z at 100 kHz", "ohm cm^2", None, high, None, "own", "own")
        spectrum = Spectrum(frequencies, np.array([face.at(f) for f in frequencies], dtype=np.complex128) / share, 0.0)
        apexes[figure] = max(spectrum.apexes, key=lambda apex: -apex.value.imag).frequency
        yield Row(label, "frequency of the apex", "Hz", None, apexes[figure], None, "own", "own")
    yield Row("Fig. 2 a, gaps of 1 um", "frequency of the apex over that of contact everywhere", "", 1.0,
              apexes["Fig. 2 a"] / everywhere, 0.08, "R/f and f C share the area", "exact")  # fmt: skip
    yield Row("Fig. 2 b, sodium", "apexes that it moves to lower frequencies than gaps", "", 1.0,
              float(apexes["Fig. 2 b"] < 0.1 * apexes["Fig. 2 a"]), 1e-9, f"{PAPER}, Fig. 2 b: a tail below 1 kHz",
              "published")  # fmt: skip


def of_focusing(beside_void: float, beside_sodium: float) -> Iterator[Row]:
    """Fig. 5 g, h and k: current at the edge over the mean of the contact, by the contact shares after two minutes."""
    for ratio in (0.025, 0.25):
        label = f"w/L 0.2, (w/2)/(kappa Z) {ratio:g} (unknown), void and sodium alike"
        found = focusing(0.8, ratio)
        yield Row(label, "current at the edge over the mean of the contact", "", None, found, None, "own", "own")
    applied = []
    for name, share in (("void", beside_void), ("sodium", beside_sodium)):
        found = focusing(share, 0.25 * (1.0 - share) / 0.2)
        applied.append(found / share)
        label = f"beside {name} after two minutes, contact {share:.2f} (hold calibrated)"
        yield Row(label, "current at the edge over the mean of the contact", "", None, found, None, "own", "own",
                  "calibrated")  # fmt: skip
        yield Row(label, "current at the edge over the applied one", "", None, found / share, None, "own", "own",
                  "calibrated")  # fmt: skip
    yield Row("foil follows, after two minutes", "cells with less local current beside sodium", "", 1.0,
              float(applied[1] < applied[0]), 1e-9, f"{PAPER}, Fig. 5 g, h: a direction", "published",
              "calibrated")  # fmt: skip


def focusing(share: float, ratio: float) -> float:
    """Current at the edge of a contact over its mean, by its share and (w/2)/(kappa Z) of the void; period 1."""
    law = LocalLaw(0.5 * (1.0 - share) / ratio, None, 0.5, THERMAL)
    plated = 0.5 * share
    cell = ConductingCell(0.5, 2.0, CELLS, CELLS, 1.0, law, plated, inside=True, grading=4.0)
    found = solve_cell(cell, Held(current_density=1.0 / share))
    return float(found.density_at(np.array([plated]))[0]) * share


def of_following(opened: float, volume: float) -> Iterator[Row]:
    """Fig. 1 c to e: share of what is stripped that the foil follows, if printed capacities open this mean gap (m).

    Metal that is not followed becomes gap: (1 - s) Q Vm/F. Over more gap than that contact is lost.
    """
    for label, capacity in (("Li, 0 MPa", 0.4), ("Li, 0.8 MPa", 2.2), ("Li, 3.2 MPa", 30.0)):
        thickness = capacity * 36.0 * 1e3 * volume / FARADAY
        yield Row(f"{label}, {capacity:g} mAh/cm²", "share that the foil follows (as in a cell of 2 um)", "", None,
                  1.0 - opened / thickness, None, f"{PAPER}, Fig. 1: capacity", "own", "calibrated")  # fmt: skip

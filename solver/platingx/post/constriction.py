"""Resistance of constriction: what a contact of less than the whole area costs beside plate and interface.

Two cells: a strip of contact in a period L (per area of the cell), and a disc of radius a at the end of a cylinder of
radius b, with an electrolyte much thicker than the cell is wide. Numbers for any interface resistance Z are found with
a current density that is constant on stripes or rings, finer towards the edge of the contact, in cosines or Bessel
functions.
"""

from __future__ import annotations

import math

import numpy as np

from platingx.arrays import Array

__all__ = [
    "disc_in_cylinder",
    "disc_on_half_space",
    "strip_closed_form",
    "strip_constriction",
]

_CELLS, _GRADING = 80, 3.0
_MODES = 20_000


def strip_closed_form(share: float, period: float, conductivity: float) -> float:
    """Constriction of a strip without interface resistance, -L/(pi kappa) ln sin(pi f/2), ohm m2 of the cell.

    Parameters
    ----------
    share
        Contact share f.
    period
        L, m.
    conductivity
        kappa, S/m.
    """
    return -period / (math.pi * conductivity) * math.log(math.sin(0.5 * math.pi * share))


def disc_on_half_space(radius: float, conductivity: float) -> float:
    """Resistance of a disc on a half space, 1/(4 kappa a), ohm."""
    return 1.0 / (4.0 * conductivity * radius)


def strip_constriction(share: float, period: float, conductivity: float, interface: float) -> float:
    """Constriction of a strip whose contact has an interface resistance, ohm m2 of the cell.

    Parameters
    ----------
    share, period, conductivity
        As in :func:`strip_closed_form`.
    interface
        Z, ohm m2 of contact.

    Notes
    -----
    The current density j has the cosines j_k, and the electrolyte the potential j_k/(kappa k) under them.
    """
    half = 0.5 * period
    edges = half * share * _graded()  # from the middle of the contact to its edge
    k = 2.0 * math.pi / period * np.arange(1, _MODES + 1)
    means = np.diff(np.sin(np.outer(k, edges)), axis=1) / (k[:, None] * half)  # of a cell, over half a period
    areas = np.diff(edges) / half
    potential = 2.0 * (means.T / (conductivity * k)) @ means
    return _resistance(potential, areas, interface) - interface / share


def disc_in_cylinder(radius: float, outer: float, conductivity: float, interface: float) -> float:
    """Constriction of a disc in a cylinder: the whole resistance less those of plate and interface, ohm.

    Parameters
    ----------
    radius, outer
        a and b, m.
    conductivity
        S/m.
    interface
        Z, ohm m2 of contact.

    Notes
    -----
    No current passes the side: the radial functions are J0(x_k r/b) with the roots x_k of J1.
    """
    from scipy.special import j0, j1, jn_zeros

    edges = radius * _graded()
    roots = _roots(jn_zeros(1, 400))
    k = roots / outer
    area = math.pi * outer**2
    fluxes = 2.0 * math.pi * np.diff(edges * j1(np.outer(k, edges)), axis=1) / k[:, None]
    areas = np.asarray(math.pi * np.diff(edges**2) / area)
    weight = 1.0 / (area * j0(roots) ** 2 * conductivity * k)
    potential = (fluxes.T * weight) @ fluxes * (1.0 / area)  # times the area of the cell, as an area resistance
    share = (radius / outer) ** 2
    return (_resistance(potential, areas, interface) - interface / share) / area


def _graded() -> Array:
    """Edges of cells from 0 to 1, finer towards 1."""
    return np.asarray(1.0 - (1.0 - np.linspace(0.0, 1.0, _CELLS + 1)) ** _GRADING)


def _roots(exact: Array) -> Array:
    """Roots of J1: exact ones, and from there on McMahon's expansion, good to 1e-12."""
    beta = (np.arange(len(exact) + 1, _MODES + 1) + 0.25) * math.pi
    return np.concatenate([exact, beta - 3.0 / (8.0 * beta) + 3.0 / (128.0 * beta**3)])


def _resistance(potential: Array, areas: Array, interface: float) -> float:
    """Voltage over the mean current density of the cell, ohm m2.

    Parameters
    ----------
    potential
        Mean over each cell, times its share of the area, of the potential of a unit of current density in each; (n, n).
    areas
        Shares of the area, shape (n,).
    interface
        ohm m2.
    """
    current = np.linalg.solve(potential + np.diag(interface * areas), areas)  # at one volt
    return 1.0 / float(areas @ current)

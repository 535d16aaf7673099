"""Figures of the page on Chen et al. 2020."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from platingx.config.transport import Transport
from platingx.materials.creep_map import MECHANISMS
from platingx.materials.porous_host import capacity_per_mass, capacity_per_volume
from platingx.physics.tubule_design import creep_at, library_hosts
from platingx.stepping.tubule_cycles import HalfCycle, march_half_cycle
from platingx.verification.models.tubes import EMPTY, shipped_tube, tube_model
from platingx.verification.problems.chen2020_sums import DENSITY, NEEDED, VOLUME, readings

WALLS = (
    "Conductivity of the layer over the thickness of walls between bores of 100 nm: walls alone (left), with their"
    " faces by Eq. 3 as printed (middle), with one atom per atomic volume at the faces (right). Dashed: what 3 mA/cm²"
    " need over 20 µm at 50 mV."
)
ROOT = (
    "Pressure at the root over the fill at 3 mA/cm², along the interface alone, without gas: lengths of the tubes"
    " (left), widths at 20 µm (right). Dashed: the 65 MPa of the mat."
)
CAPACITY = (
    "Capacity of the full host over its porosity, by volume (left) and by mass for walls of three densities (right)."
    " Dashed: graphite."
)
CREEP = (
    "Fastest mechanism of creep over size and stress at 300 K, and the sum of the rates, 1/s. Factors of diffusional"
    " creep unverified."
)
_COLOURS = ("#c6d5cf", "#e9c9a1", "#9db4d0")


def draw_walls(figure: Figure) -> None:
    """Conductivity over the thickness of walls, in three readings."""
    walls = np.geomspace(2e-9, 200e-9, 41)
    panels = figure.subplots(1, 3, sharey=True)
    for name, host in library_hosts("Li").items():
        values = np.array([readings(Transport.model_validate(host), float(wall)) for wall in walls])
        for axes, column in zip(panels, values.T, strict=True):
            axes.loglog(1e9 * walls, 10.0 * column * walls / (walls + 100e-9), label=name)
    for axes, words in zip(panels, ("Eq. 2", "Eq. 3 as printed", "Eq. 3 amended"), strict=True):
        axes.axhline(10.0 * NEEDED, color="#555555", linestyle="--", linewidth=0.8)
        axes.set_title(words)
        axes.set_xlabel("wall (nm)")
    panels[0].set_ylabel("conductivity (mS/cm)")
    panels[0].legend(fontsize=6)


def draw_root(figure: Figure) -> None:
    """Pressure at the root over the fill."""
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, key, choices in (
        (left, "tube.length", ("10 um", "20 um", "50 um", "100 um")),
        (right, "tube.diameter", ("50 nm", "100 nm", "200 nm")),
    ):
        for choice in choices:
            model = tube_model({key: choice})
            found = list(march_half_cycle(model, HalfCycle(True, current=30.0), EMPTY, 40))
            fill = [instant.filling.front / model.shape.length for instant in found]
            pressure = [model.pressures(each.filling, each.speed, each.at_root).root / 1e6 for each in found]
            axes.semilogy(fill, pressure, label=choice.replace("um", "µm"))
        axes.axhline(65.0, color="#555555", linestyle="--", linewidth=0.8)
        axes.set_xlabel("fill")
        axes.legend(fontsize=7)
    left.set_ylabel("pressure at the root (MPa)")


def draw_capacity(figure: Figure) -> None:
    """Capacity over the porosity."""
    left, right = figure.subplots(1, 2)
    porosity = np.linspace(0.01, 0.999, 100)
    left.plot(porosity, [capacity_per_volume(p, VOLUME) / 3.6e6 for p in porosity])
    left.axhline(818.0, color="#555555", linestyle="--", linewidth=0.8)
    left.set_ylabel("capacity (mAh/cm³)")
    for density in (1000.0, 2000.0, 4000.0):
        values = [capacity_per_mass(p, VOLUME, DENSITY, density) / 3.6e3 for p in porosity]
        right.plot(porosity, values, label=f"{density / 1000.0:g} g/cm³")
    right.axhline(372.0, color="#555555", linestyle="--", linewidth=0.8)
    right.set_ylabel("capacity (mAh/g)")
    right.legend(fontsize=7)
    for axes in (left, right):
        axes.set_xlabel("porosity")


def draw_creep(figure: Figure) -> None:
    """Fastest mechanism and the sum of the rates."""
    axes = figure.subplots()
    stress, size = np.meshgrid(np.geomspace(1e4, 1e9, 101), np.geomspace(1e-8, 1e-4, 101), indexing="ij")
    rates = creep_at(shipped_tube(), stress, size, 300.0)
    norm = BoundaryNorm(np.arange(-0.5, len(MECHANISMS)), len(MECHANISMS))
    axes.pcolormesh(
        1e9 * size, stress / 1e6, rates.largest, cmap=ListedColormap(_COLOURS), norm=norm, shading="nearest"
    )
    logs = np.log10(rates.diffusional + rates.dislocations)
    levels = np.arange(-12.0, 13.0, 3.0)
    lines = axes.contour(1e9 * size, stress / 1e6, logs, levels, colors="k", linewidths=0.5, linestyles="solid")
    axes.clabel(lines, fmt=lambda level: f"$10^{{{level:.0f}}}$", fontsize=6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("size (nm)")
    axes.set_ylabel("stress (MPa)")
    patches = [
        Patch(facecolor=colour, edgecolor="k", linewidth=0.5, label=name)
        for name, colour in zip(MECHANISMS, _COLOURS, strict=True)
    ]
    axes.legend(handles=patches, loc="lower left", fontsize=7)

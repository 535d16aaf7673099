"""Figures of the tools for measurements: Sand's equation, and stripping of a volume."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.post.sand import SandFit
from platingx.post.style import label_panel, styled
from platingx.post.voxels import Stripping

__all__ = ["sand_figure", "stripping_figure"]

_MA_PER_CM2, _MAH_PER_CM2 = 10.0, 36.0e3


def sand_figure(groups: Mapping[str, tuple[Array, Array, SandFit]]) -> Figure:
    """Draw current over one over the root of time, with the line of each group.

    Parameters
    ----------
    groups
        Currents (A/m2), times (s) and fit by name.
    """
    with styled():
        figure = Figure(figsize=(3.6, 3.0), layout="constrained")
        axes = figure.subplots()
        for index, (name, (currents, times, fit)) in enumerate(groups.items()):
            x = 1.0 / np.sqrt(times)
            axes.plot(x, currents / _MA_PER_CM2, "o", color=f"C{index}", markersize=4, label=name or "measured")
            line = np.array([0.0, float(x.max())])
            axes.plot(line, fit.slope * line / _MA_PER_CM2, color=f"C{index}", linewidth=0.9)
        axes.set_xlim(left=0.0)
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("Time of stripping$^{-1/2}$ (s$^{-1/2}$)")
        axes.set_ylabel("Current density (mA/cm²)")
        axes.legend(loc="best")
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def stripping_figure(found: Stripping, voxel: float) -> Figure:
    """Draw the coverage over the charge, and the thickness of the inert metal over the interface at the end.

    Parameters
    ----------
    found
        What was stripped.
    voxel
        Edge of a voxel, m.
    """
    with styled():
        figure = Figure(figsize=(7.2, 3.0), layout="constrained")
        left, right = figure.subplots(1, 2)
        charge = np.concatenate([[0.0], found.charge]) / _MAH_PER_CM2
        left.plot(charge, np.concatenate([[0.0], found.coverage]), "o-", markersize=3, label="this volume")
        random = np.concatenate([[0.0], found.uncorrelated])
        left.plot(charge, random, "--", color="#777777", label="strewn at random")
        left.set_xlabel("Stripped charge (mAh/cm²)")
        left.set_ylabel("Interface covered by inert metal")
        left.set_ylim(0.0, 1.0)
        left.legend(loc="upper left")
        left.spines[["top", "right"]].set_visible(False)
        size = [1e6 * voxel * length for length in found.height.shape]
        drawn = right.imshow(
            found.height * voxel * 1e6, cmap="magma", origin="lower", extent=(0.0, size[1], 0.0, size[0])
        )
        right.set_xlabel("µm")
        right.set_ylabel("µm")
        figure.colorbar(drawn, ax=right, label="Inert metal at the interface (µm)")
        label_panel(left, "a")
        label_panel(right, "b")
    return figure

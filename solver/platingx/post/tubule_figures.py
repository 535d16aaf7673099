"""Figures of a tubule: its histories, conductivity over the thickness of walls, and maps of creep and capacity."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from platingx.post.plain_histories import Panels, histories, table_of
from platingx.post.results import RunResults
from platingx.post.style import label_panel, styled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["capacity_figure", "creep_figure", "tubule_figures", "tubule_histories", "wall_figure"]

_PANELS: Panels = (
    ("Pressure at the root", (("root_pressure_Pa", "pressure"),)),
    ("Overpotential", (("root_overpotential_V", "overpotential"),)),
    ("Gas pressure", (("gas_pressure_Pa", "gas"), ("gas_pressure_difference_Pa", "over that of the neighbour"))),
    ("Lengths", (("front_position_m", "front"), ("void_length_m", "void"))),
    ("Stress of the wall", (("wall_hoop_stress_Pa", "hoop"), ("wall_bending_stress_Pa", "bending"))),
    ("Current density", (("current_density_A_per_m2", "current density"),)),
)
_MECHANISMS = {"bulk diffusion": "#c6d5cf", "interface diffusion": "#e9c9a1", "dislocations": "#9db4d0"}
_MOST_CYCLES = 3
"""Cycles that histories show; of more the last ones."""
_MAH_PER_CM3 = 3.6e6
_MAH_PER_G = 3.6e3


def tubule_figures(run: RunResults) -> dict[str, Figure]:
    """Draw all figures of a run by the names of their files; maps only where their tables have been written.

    Parameters
    ----------
    run : RunResults
        A run of a tubule.

    Raises
    ------
    OutputError
        When a table cannot be read.
    """
    figures = {"histories.png": tubule_histories(run)}
    tables: tuple[tuple[str, str, Callable[[RunResults, pd.DataFrame], Figure]], ...] = (
        ("wall_conductivity.csv", "wall_conductivity.png", wall_figure),
        ("creep_map.csv", "creep_map.png", creep_figure),
        ("capacity_map.csv", "capacity_map.png", capacity_figure),
    )
    for table, name, draw in tables:
        if (run.path / table).is_file():
            figures[name] = draw(run, table_of(run, table))
    return figures


def tubule_histories(run: RunResults) -> Figure:
    """Draw pressures, overpotential, lengths and stresses against time.

    Parameters
    ----------
    run : RunResults
    """
    history = run.history
    last = int(history["cycle"].max())
    shown = history[history["cycle"] > last - _MOST_CYCLES]
    cycles = f", cycles {int(shown['cycle'].min())} to {last}" if last > 1 else ""
    return histories(run, _PANELS, shown, cycles)


def wall_figure(run: RunResults, table: pd.DataFrame) -> Figure:
    """Draw the conductivity of the layer over the thickness of its walls, and what it needs.

    Parameters
    ----------
    run : RunResults
    table : pandas.DataFrame
        wall_conductivity.csv.
    """
    readings = (("bulk", "walls alone (Eq. 2)"), ("as_printed", "Eq. 3 as printed"),
                ("amended", "Eq. 3, faces as dense as metal"))  # fmt: skip
    with styled():
        figure = Figure(figsize=(7.2, 2.9), layout="constrained")
        grid = figure.subplots(1, 3, sharey=True)
        for letter, (column, words), axes in zip(ascii_lowercase, readings, grid.flat, strict=False):
            for index, (host, rows) in enumerate(table.groupby("host", sort=False)):
                wall, value = (rows[name].to_numpy(float) for name in ("wall_m", f"{column}_S_per_m"))
                axes.loglog(1e9 * wall, 10.0 * value, color=f"C{index}", label=str(host))
            axes.axhline(
                10.0 * float(table["required_S_per_m"].iloc[0]), color="#555555", linestyle="--", linewidth=0.8
            )
            axes.set_xlabel("Wall (nm)")
            axes.set_title(words, fontsize=7.5)
            label_panel(axes, letter)
            axes.spines[["top", "right"]].set_visible(False)
        grid[0].set_ylabel("Conductivity of the layer (mS/cm)")
        grid[0].legend(loc="lower right", handlelength=1.2)
        figure.suptitle(f"{run.title}: what walls conduct, and what is needed (dashed)", fontsize=9, x=0.02, ha="left")
    return figure


def creep_figure(run: RunResults, table: pd.DataFrame) -> Figure:
    """Draw which mechanism creeps fastest over size and stress, with lines of equal rate, at each temperature.

    Parameters
    ----------
    run : RunResults
    table : pandas.DataFrame
        creep_map.csv.
    """
    groups = list(table.groupby("temperature_K", sort=True))
    names = list(_MECHANISMS)
    colours = ListedColormap(list(_MECHANISMS.values()))
    with styled():
        figure = Figure(figsize=(7.2, 3.1), layout="constrained")
        grid = figure.subplots(1, len(groups), sharey=True, squeeze=False)[0]
        for letter, (temperature, rows), axes in zip(ascii_lowercase, groups, grid, strict=False):
            number = rows.assign(number=rows["mechanism"].map(names.index))
            where, rate = (
                number.pivot(index="stress_Pa", columns="size_m", values=v) for v in ("number", "rate_per_s")
            )
            sizes, stresses = 1e9 * where.columns.to_numpy(float), 1e-6 * where.index.to_numpy(float)
            norm = BoundaryNorm(np.arange(-0.5, len(names)), len(names))
            axes.pcolormesh(sizes, stresses, where.to_numpy(float), cmap=colours, norm=norm, shading="nearest")
            logs = np.log10(np.maximum(rate.to_numpy(float), 1e-300))
            levels = np.arange(-12.0, 13.0, 3.0)
            lines = axes.contour(sizes, stresses, logs, levels, colors="k", linewidths=0.5, linestyles="solid")
            axes.clabel(lines, fmt=lambda level: f"$10^{{{level:.0f}}}$", fontsize=6)
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlabel("Size (nm)")
            axes.set_title(f"{float(temperature):.2f} K", fontsize=7.5)
            label_panel(axes, letter)
        grid[0].set_ylabel("Stress (MPa)")
        patches = [
            Patch(facecolor=colour, edgecolor="k", linewidth=0.5, label=name) for name, colour in _MECHANISMS.items()
        ]
        figure.legend(handles=patches, loc="outside lower center", ncols=len(names))
        head = f"{run.title}: fastest creep, and the sum of the rates in 1/s (factors of diffusional creep unverified)"
        figure.suptitle(head, fontsize=9, x=0.02, ha="left")
    return figure


def capacity_figure(run: RunResults, table: pd.DataFrame) -> Figure:
    """Draw the capacity of the full layer over diameter and wall of its tubes.

    Parameters
    ----------
    run : RunResults
    table : pandas.DataFrame
        capacity_map.csv.
    """
    maps = [("capacity_per_volume_C_per_m3", _MAH_PER_CM3, "mAh/cm³")]
    if "capacity_per_mass_C_per_kg" in table:
        maps.append(("capacity_per_mass_C_per_kg", _MAH_PER_G, "mAh/g"))
    with styled():
        figure = Figure(figsize=(7.2, 3.0), layout="constrained")
        for letter, (column, factor, unit), axes in zip(
            ascii_lowercase, maps, figure.subplots(1, len(maps), squeeze=False)[0], strict=False
        ):
            grid = table.pivot(index="wall_m", columns="diameter_m", values=column)
            diameters, walls = 1e9 * grid.columns.to_numpy(float), 1e9 * grid.index.to_numpy(float)
            values = grid.to_numpy(float) / factor
            drawn = axes.pcolormesh(diameters, walls, values, cmap="viridis", shading="gouraud")
            lines = axes.contour(diameters, walls, values, colors="w", linewidths=0.5)
            axes.clabel(lines, fontsize=6)
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlabel("Diameter of the bores (nm)")
            axes.set_ylabel("Wall (nm)")
            figure.colorbar(drawn, ax=axes, label=f"Capacity ({unit})")
            label_panel(axes, letter)
        figure.suptitle(f"{run.title}: capacity with all bores full", fontsize=9, x=0.02, ha="left")
    return figure

"""Figures of a stripping cell: its histories, and profiles of gap and current over one period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from platingx.errors import OutputError
from platingx.post.plain_histories import Panels, histories, table_of
from platingx.post.results import RunResults
from platingx.post.scales import display_scale, format_value
from platingx.post.style import label_panel, styled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["profile_figure", "strip_cell_figures"]

_PANELS: Panels = (
    ("Contact share", (("contact_share", "contact share"),)),
    ("Overpotential", (("overpotential_V", "overpotential"),)),
    ("Gap", (("max_gap_m", "largest"), ("mean_gap_m", "mean"))),
    ("Largest current density", (("peak_current_density_A_per_m2", "largest"),)),
    ("Mean pressure", (("mean_interface_pressure_Pa", "pressure"),)),
    ("Stress of creep", (("creep_stress_Pa", "creep"),)),
)


def strip_cell_figures(run: RunResults) -> dict[str, Figure]:
    """Draw all figures of a run by the names of their files; profiles only where their table has been written.

    Parameters
    ----------
    run : RunResults
        A run of a stripping cell.

    Raises
    ------
    OutputError
        When a table cannot be read.
    """
    figures = {"histories.png": histories(run, _PANELS, run.history)}
    if (run.path / "profiles.csv").is_file():
        figures["profiles.png"] = profile_figure(run, table_of(run, "profiles.csv"))
    return figures


def profile_figure(run: RunResults, table: pd.DataFrame) -> Figure:
    """Draw the face of the metal with what is under it, and current density over one period, at each time.

    Parameters
    ----------
    run : RunResults
    table : pandas.DataFrame
        profiles.csv.
    """
    times = list(table.groupby("time_s", sort=True))
    if not times:
        raise OutputError(f"{run.path / 'profiles.csv'}: there are no rows in it")
    colours = colormaps["viridis"](np.linspace(0.0, 0.85, len(times)))
    place = display_scale(table["place_m"], "m")
    panels = (("height_m", "Height of the face", "m"), ("current_density_A_per_m2", "Current density", "A/m^2"))
    with styled():
        figure = Figure(figsize=(7.2, 3.0), layout="constrained")
        for letter, (column, label, unit), axes in zip("ab", panels, figure.subplots(1, 2), strict=True):
            scale = display_scale(table[column], unit)
            for colour, (time, rows) in zip(colours, times, strict=True):
                if column != "height_m" and not rows[column].any():
                    continue  # at rest, before the current is on
                half, values = (rows[name].to_numpy(float) for name in ("place_m", column))
                whole = np.concatenate([-half[::-1], half]) / place.factor
                both = np.concatenate([values[::-1], values]) / scale.factor
                axes.plot(whole, both, color=colour, label=format_value(float(time), "s"))
                if column == "height_m" and rows["insert_m"].any():
                    below = rows["insert_m"].to_numpy(float) / scale.factor
                    axes.fill_between(whole, np.concatenate([below[::-1], below]), color=colour, alpha=0.25, lw=0)
            axes.set_xlabel(f"Place ({place.label})")
            axes.set_ylabel(f"{label} ({scale.label})")
            axes.spines[["top", "right"]].set_visible(False)
            label_panel(axes, letter)
            if letter == "a":
                axes.legend(loc="upper right", handlelength=1.2)
        figure.suptitle(f"{run.title}: one period of the interface", fontsize=9, x=0.02, ha="left")
    return figure

"""Figures of molecular dynamics: order and temperature against time, or the front of a deposit and its roughness."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.errors import OutputError
from platingx.post.results import RunResults
from platingx.post.style import label_panel, styled
from platingx.post.warning_lines import warning_lines

__all__ = ["deposition_figures", "nucleation_figures"]

_FIRST, _SECOND, _THIRD = "#1f4e79", "#c55a11", "#5f7f3f"


def nucleation_figures(run: RunResults) -> dict[str, Figure]:
    """Draw the share of bcc, temperature and energy against time.

    Parameters
    ----------
    run : RunResults
    """
    history = run.history
    time = 1e12 * history["time_s"].to_numpy(float)
    threshold = float(run.summary["order_threshold"])
    with styled():
        figure = Figure(figsize=(7.2, 2.9), layout="constrained")
        order, heat = figure.subplots(1, 2)
        order.plot(time, history["relative_bcc_fraction"], color=_FIRST, label="over that of a perfect sphere")
        order.plot(time, history["bcc_fraction"], color=_SECOND, label="of all atoms")
        order.axhline(threshold, color="#555555", linestyle="--", linewidth=0.8)
        order.set_ylim(0.0, max(1.0, float(history["relative_bcc_fraction"].max()) * 1.05))
        order.set_ylabel("Share of bcc")
        order.legend(loc="best")
        heat.plot(time, history["temperature_K"], color=_THIRD)
        heat.set_ylabel("Temperature (K)")
        for letter, axes in zip("ab", (order, heat), strict=True):
            axes.set_xlabel("Time (ps)")
            axes.spines[["top", "right"]].set_visible(False)
            label_panel(axes, letter)
        head = [f"{run.title}: {run.summary['message'].partition(', but')[0]}", *warning_lines(run)]
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return {"order.png": figure}


def deposition_figures(run: RunResults) -> dict[str, Figure]:
    """Draw the front at the end, and its roughness over the thickness of the deposit.

    Parameters
    ----------
    run : RunResults

    Raises
    ------
    OutputError
        When the table of the front cannot be read.
    """
    import pandas as pd

    history = run.history
    try:
        front = pd.read_csv(run.path / "front.csv")
    except (OSError, ValueError) as error:
        raise OutputError(f"{run.path / 'front.csv'}: cannot be read ({error})") from error
    thick = 1e9 * history["deposited_thickness_m"].to_numpy(float)
    with styled():
        figure = Figure(figsize=(7.2, 2.9), layout="constrained")
        shape, rough = figure.subplots(1, 2, width_ratios=(1.6, 1.0))
        x, heights = 1e9 * front["x_m"].to_numpy(float), 1e9 * front["height_m"].to_numpy(float)
        shape.step(x, heights, where="mid", color=_FIRST)
        shape.fill_between(x, np.minimum(0.0, np.nanmin(heights)), heights, step="mid", color=_FIRST, alpha=0.15)
        shape.set_xlabel("x (nm)")
        shape.set_ylabel("Height of the front (nm)")
        for name, words, colour in (
            ("roughness_average_m", "R$_a$", _FIRST),
            ("roughness_rms_m", r"$\sigma$", _SECOND),
            ("roughness_total_m", "R$_{max}$", _THIRD),
        ):
            rough.plot(thick, 1e9 * history[name], color=colour, label=words)
        rough.set_xlabel("Deposit (nm)")
        rough.set_ylabel("Roughness (nm)")
        rough.legend(loc="best")
        for letter, axes in zip("ab", (shape, rough), strict=True):
            axes.spines[["top", "right"]].set_visible(False)
            label_panel(axes, letter)
        density = run.summary["equivalent_current_density_A_per_m2"] * 1e-4
        head = [f"{run.title}: deposit at {density:.3g} A/cm², far above any cell"]
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return {"front.png": figure}

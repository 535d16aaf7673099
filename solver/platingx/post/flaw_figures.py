"""Figure of flaws: stress intensity over length, critical pressure over length with volts beside, energy over angle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from platingx.post.closed_forms import overpotential_of_stress, stress_of_overpotential
from platingx.post.scales import format_value
from platingx.post.style import label_panel, styled

__all__ = ["flaw_figure"]

_COLOURS = ("#1f4e79", "#c55a11", "#4d7c2a", "#7a3b8f", "#8a6d00", "#3a7f86")
_FEWEST_ANGLES = 3

Judged = Mapping[str, Any]
"""One flaw with one state of its faces, as in summary.json."""


def flaw_figure(content: Mapping[str, Any], title: str) -> Figure:
    """Draw what is known of the flaws of a run.

    a. Largest equivalent stress intensity of the run over the length, filled and dry, with the toughness and its
       published range.
    b. Pressure at which filled flaws grow over their length, with the overpotential that sustains it at most (Gao 2022,
       Eq. 2), and the pressure at the end of the run.
    c. Energy release rate over the angle to the surface, where flaws of a place are given at three angles or more.

    Parameters
    ----------
    content
        Block ``fracture`` of summary.json, or flaws.json.
    title
        Of the run.
    """
    flaws: Sequence[Judged] = content["flaws"]
    filled = [flaw for flaw in flaws if flaw["faces"] == "filled"]
    fans = _fans(flaws)
    panels = 1 + bool(filled) + bool(fans)
    with styled():
        figure = Figure(figsize=(0.6 + 3.3 * panels, 3.4), layout="constrained")
        first = figure.add_subplot(1, panels, 1)
        _draw_intensities(first, flaws)
        label_panel(first, "a")
        if filled:
            second = figure.add_subplot(1, panels, 2)
            _draw_pressures(second, filled, content.get("molar_volume_m3_per_mol"))
            label_panel(second, "b")
        if fans:
            third = figure.add_subplot(1, panels, panels, projection="polar")
            _draw_fans(third, fans)
            label_panel(third, "c" if filled else "b")
        figure.suptitle(f"{title}: flaws of the ceramic, plane strain", fontsize=9, x=0.02, ha="left")
    return figure


def _lengths(flaw: Judged) -> np.ndarray[Any, Any]:
    return np.array([row["length_m"] for row in flaw["lengths"]]) * 1e9


def _draw_intensities(axes: Axes, flaws: Sequence[Judged]) -> None:
    names = list(dict.fromkeys(flaw["name"] for flaw in flaws))
    for flaw in flaws:
        k = np.array([row["largest_equivalent_stress_intensity_Pa_m05"] for row in flaw["lengths"]]) / 1e6
        colour = _COLOURS[names.index(flaw["name"]) % len(_COLOURS)]
        style, fill = ("-", colour) if flaw["faces"] == "filled" else ("--", "white")
        label = f"{flaw['name']}, {flaw['faces']}".replace("_", " ")
        axes.plot(_lengths(flaw), k, style, marker="o", ms=3, color=colour, markerfacecolor=fill, label=label)
    for toughness, bounds in dict.fromkeys(_toughness(flaw) for flaw in flaws):
        axes.axhline(toughness / 1e6, color="k", lw=0.8)
        if bounds is not None:
            axes.axhspan(bounds[0] / 1e6, bounds[1] / 1e6, color="k", alpha=0.08, lw=0)
    axes.set_xscale("log")
    axes.set_ylim(bottom=-0.02 * axes.get_ylim()[1])  # closed flaws are on the line of zero: their marks whole
    _plain(axes.xaxis)
    axes.set_xlabel("Length of the flaw (nm)")
    axes.set_ylabel("Largest $K$ of the run (MPa m$^{1/2}$)\nline: toughness, band: published range")
    axes.legend(fontsize=6)


def _toughness(flaw: Judged) -> tuple[float, tuple[float, float] | None]:
    bounds = flaw.get("toughness_range_Pa_m05")
    return flaw["toughness_Pa_m05"], None if bounds is None else (bounds[0], bounds[1])


def _draw_pressures(axes: Axes, flaws: Sequence[Judged], molar_volume: float | None) -> None:
    """Critical pressures: dots where the run reached them, circles where they are in proportion."""
    for number, flaw in enumerate(flaws):
        colour = _COLOURS[number % len(_COLOURS)]
        rows = [row for row in flaw["lengths"] if row.get("critical_pressure_Pa")]
        x = np.array([row["length_m"] for row in rows]) * 1e9
        p = np.array([row["critical_pressure_Pa"] for row in rows]) / 1e9
        axes.plot(x, p, color=colour, lw=1.0, label=flaw["name"].replace("_", " "))
        reached = np.array([row["grows"] for row in rows], dtype=bool)
        for those, fill in ((reached, colour), (~reached, "white")):
            axes.plot(x[those], p[those], "o", ms=3.5, color=colour, markerfacecolor=fill)
        if flaw.get("pressure_at_end_Pa"):
            axes.axhline(flaw["pressure_at_end_Pa"] / 1e9, color=colour, ls=":", lw=0.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 3.0, 4.0, 5.0, 7.0)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    _plain(axes.yaxis)
    _plain(axes.xaxis)
    axes.set_xlabel("Length of the flaw (nm)")
    axes.set_ylabel("Pressure at which a filled flaw grows (GPa)\ncircles: in proportion; dotted: end of the run")
    axes.legend(fontsize=6)
    if molar_volume:
        volume = float(molar_volume)
        volts = axes.secondary_yaxis(
            "right",
            functions=(
                lambda p: overpotential_of_stress(p * 1e9, volume),
                lambda v: stress_of_overpotential(v, volume) / 1e9,
            ),
        )
        volts.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 3.0, 4.0, 5.0, 7.0)))
        volts.yaxis.set_minor_formatter(NullFormatter())
        _plain(volts.yaxis)
        volts.set_ylabel("Overpotential that sustains it at most (V)")


def _plain(axis: Axis) -> None:
    """Numbers of a logarithmic axis without powers of ten."""
    axis.set_major_formatter(lambda value, _: f"{value:g}")


def _fans(flaws: Sequence[Judged]) -> list[list[tuple[float, float, str]]]:
    """Angle (rad), energy release rate (J/m2) and label of flaws that differ by their angle only."""
    found: dict[tuple[Any, ...], list[tuple[float, float, str]]] = {}
    for flaw in flaws:
        for row in flaw["lengths"]:
            place = tuple(round(x * 1e13) for x in flaw["place_m"])
            key = (place, flaw["faces"], row["length_m"])
            label = f"{format_value(row['length_m'], 'm')}, {flaw['faces']}"
            found.setdefault(key, []).append(
                (np.radians(flaw["angle_deg"]), row["energy_release_rate_J_per_m2"], label)
            )
    return [sorted(rows) for rows in found.values() if len({row[0] for row in rows}) >= _FEWEST_ANGLES]


def _draw_fans(axes: Any, fans: Sequence[Sequence[tuple[float, float, str]]]) -> None:
    for number, rows in enumerate(fans):
        angle, energy = [row[0] for row in rows], [row[1] for row in rows]
        axes.plot(angle, energy, "o-", ms=3, color=_COLOURS[number % len(_COLOURS)], label=rows[0][2])
    axes.set_thetamin(0)
    axes.set_thetamax(180)
    axes.set_theta_direction(-1)
    axes.set_theta_zero_location("E")
    axes.set_xlabel("Energy release rate at the end (J/m²)\nover the angle to the surface, the ceramic below")
    axes.legend(fontsize=6, loc="upper center")

"""Impedance over frequency: its table, the apexes of its arcs, and figures after Nyquist and Bode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.post.style import save, styled

__all__ = ["Apex", "Spectrum", "draw_spectrum"]

_CM2 = 1e4
"""ohm cm2 for each ohm m2."""
NYQUIST, BODE = "impedance_nyquist.png", "impedance_bode.png"


@dataclass(frozen=True)
class Apex:
    """Top of an arc: frequency (Hz) and impedance times area (ohm m2) there."""

    frequency: float
    value: complex


@dataclass(frozen=True)
class Spectrum:
    """Impedance over frequency.

    Attributes
    ----------
    frequencies
        Hz, shape (n,).
    values
        Impedance times plated area, ohm m2, shape (n,).
    direct
        That of a direct current, ohm m2; infinite where none can flow.
    area
        Plated area, m2, where it is known.
    """

    frequencies: Array
    values: npt.NDArray[np.complex128]
    direct: float
    area: float | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns of a table."""
        names = ("frequency_Hz", "real_ohm_m2", "imaginary_ohm_m2", "phase_rad")
        return names if self.area is None else (*names, "real_ohm", "imaginary_ohm")

    @property
    def rows(self) -> Array:
        """Its numbers, shape (n, columns)."""
        columns = [self.frequencies, self.values.real, self.values.imag, np.angle(self.values)]
        if self.area is not None:
            columns += [self.values.real / self.area, self.values.imag / self.area]
        return np.stack(columns, axis=1)

    @property
    def apexes(self) -> tuple[Apex, ...]:
        """Tops of the arcs, by frequency: where minus the imaginary part is largest around, by a parabola in log f."""
        order = np.argsort(self.frequencies)
        x, height = np.log(self.frequencies[order]), -self.values.imag[order]
        found = []
        for k in range(1, len(x) - 1):
            if not height[k - 1] < height[k] >= height[k + 1]:
                continue
            fit = np.polyfit(x[k - 1 : k + 2] - x[k], height[k - 1 : k + 2], 2)
            top = x[k] - fit[1] / (2.0 * fit[0])
            real = np.interp(top, x, self.values.real[order])
            found.append(Apex(float(np.exp(top)), complex(real, -np.polyval(fit, top - x[k]))))
        return tuple(found)


def draw_spectrum(spectrum: Spectrum, title: str, folder: Path) -> tuple[Path, ...]:
    """Draw both figures into a folder; gives their paths.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with styled():
        return save(_nyquist(spectrum, title), folder / NYQUIST), save(_bode(spectrum, title), folder / BODE)


def _nyquist(spectrum: Spectrum, title: str) -> Figure:
    figure = Figure(figsize=(4.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    real, minus = spectrum.values.real * _CM2, -spectrum.values.imag * _CM2
    axes.plot(real, minus, "o-", markersize=2.5, color="#2f6f9f")
    for apex in spectrum.apexes:
        place = apex.value.real * _CM2, -apex.value.imag * _CM2
        axes.plot(*place, "s", markersize=4, color="#c0504d")
        axes.annotate(_in_hertz(apex.frequency), place, textcoords="offset points", xytext=(4, 5))
    if np.isfinite(spectrum.direct):
        axes.plot(spectrum.direct * _CM2, 0.0, "x", color="black", markersize=5, label="direct current")
        axes.legend()
    span = max(float(np.ptp(real)), float(np.ptp(minus)), 1e-12)
    if np.ptp(minus) < 3.0 * max(float(np.ptp(real)), 1e-12):
        axes.set_aspect("equal")
        axes.set_ylim(min(0.0, float(minus.min())) - 0.05 * span, float(minus.max()) + 0.15 * span)
    axes.set_xlabel("Re Z (Ω cm²)")
    axes.set_ylabel("−Im Z (Ω cm²)")
    axes.set_title(title, loc="left")
    return figure


def _bode(spectrum: Spectrum, title: str) -> Figure:
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.loglog(spectrum.frequencies, np.abs(spectrum.values) * _CM2, color="#2f6f9f")
    upper.set_ylabel("|Z| (Ω cm²)")
    upper.set_title(title, loc="left")
    lower.semilogx(spectrum.frequencies, np.degrees(np.angle(spectrum.values)), color="#2f6f9f")
    lower.set_ylabel("phase (°)")
    lower.set_xlabel("frequency (Hz)")
    return figure


def _in_hertz(frequency: float) -> str:
    for size, unit in ((1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz"), (1e-3, "mHz")):
        if frequency >= size:
            return f"{frequency / size:.3g} {unit}"
    return f"{frequency:.3g} Hz"

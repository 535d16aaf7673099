"""Figures of metal in a tube: front and pressure at the root over time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.materials.interface_transport import pressure_per_volt
from platingx.stepping.tubule_cycles import HalfCycle, march_half_cycle
from platingx.stepping.tubule_model import Filling
from platingx.verification.models.tubes import tube_model

__all__ = ["VOLTAGE", "draw_fronts", "draw_roots"]

VOLTAGE = 0.05  # V


def draw_fronts(figure: Figure) -> None:
    """Front of the metal over time."""
    axes = figure.subplots()
    for vent, style in (("open", "-"), ("closed", "--")):
        model = tube_model({"gas.vent": vent})
        half = HalfCycle(True, voltage=VOLTAGE, duration=900.0)
        instants = list(march_half_cycle(model, half, Filling(0.0, 0.0, 0.0), 80))
        axes.plot([i.time for i in instants], [i.filling.front * 1e6 for i in instants], style, color="C0", label=vent)
    model = tube_model()
    times = np.linspace(0.0, 640.0, 17)
    drive = (
        VOLTAGE
        * pressure_per_volt(model.atomic_volume)
        * 2.0
        * model.conductances.interface
        / model.shape.hydraulic_length
    )
    axes.plot(times, np.sqrt(drive * times) * 1e6, "o", color="C1", markersize=3, label="square root")
    axes.set_xlabel("time (s)")
    axes.set_ylabel("front (µm)")
    axes.legend()


def draw_roots(figure: Figure, times: Array, transient: Array, steady: Array) -> None:
    """Pressure at the root over time (s), of compressible metal and by the program (Pa)."""
    axes = figure.subplots()
    axes.plot(times, steady / 1e6, label="quasi-steady")
    axes.plot(times[::2], transient[::2] / 1e6, "o", markersize=3, label="compressible")
    axes.set_xlabel("time (s)")
    axes.set_ylabel("pressure at the root (MPa)")
    axes.legend()

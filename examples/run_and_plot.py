"""Run a shipped case from Python with another current, and plot the pressure of the metal over time.

./platingx exec python3 examples/run_and_plot.py runs/example
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder


def main(folder: Path, settings: Sequence[tuple[str, str]] = ()) -> RunResults:
    """Run into a folder; settings are keys of the case with their values, as after ``--set``."""
    changed = [("growth.current_density", "8 mA/cm^2"), ("time.end", "1.2 s"), ("output.figures", "false"), *settings]
    results = run_case(load_case(shipped_cases_folder() / "low_rate.yaml", changed), folder / "run", force=True)
    history = results.history  # a pandas.DataFrame: the rows of history.csv
    figure, axes = plt.subplots()
    axes.plot(history["time_s"], history["max_pressure_li_Pa"] / 1e6)
    axes.set(xlabel="time (s)", ylabel="largest pressure in the lithium (MPa)")
    figure.savefig(folder / "pressure.png", dpi=150)
    plt.close(figure)
    return results


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or ["runs/example"]))

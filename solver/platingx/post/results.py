"""One finished (or broken-off) run for notebooks and figures: everything that its folder holds, read when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from platingx.errors import OutputError
from platingx.paths import absolute_path
from platingx.post.field_reader import FieldSeries, read_fields
from platingx.post.headlines import value_of
from platingx.post.history import read_case, read_history, read_json, read_manifest, read_profile, read_summary
from platingx.post.run_regions import RunRegions, read_run_regions
from platingx.post.scales import format_value
from platingx.post.section import plane_fields

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RunResults", "open_run"]


@dataclass(frozen=True)
class RunResults:
    """Results of a run.

    Attributes
    ----------
    path : Path
        Run folder; made absolute.
    """

    path: Path

    def __post_init__(self) -> None:
        """Know the folder also after a change of the working folder."""
        object.__setattr__(self, "path", absolute_path(self.path))

    def __repr__(self) -> str:
        """One line: folder and outcome."""
        try:
            summary = self.summary
        except OutputError:
            return f"RunResults('{self.path}': not finished)"
        return f"RunResults('{self.path}': {summary.get('outcome', 'unknown')})"

    @cached_property
    def history(self) -> pd.DataFrame:
        """Histories, one row for each step; see `platingx.post.history.read_history`."""
        return read_history(self.path)

    @cached_property
    def fields(self) -> FieldSeries:
        """Fields over time; see `platingx.post.field_reader.read_fields`."""
        return read_fields(self.path)

    @cached_property
    def plane_fields(self) -> FieldSeries:
        """Fields over time in the plane of a plane model, or in the section of a three-dimensional one."""
        return plane_fields(self.fields)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Outcome and quantities."""
        return read_summary(self.path)

    @cached_property
    def flaws(self) -> dict[str, Any]:
        """What was found of flaws: by `platingx crack` if that has looked, else by the run; empty without any."""
        path = self.path / "flaws.json"
        if path.is_file():
            return read_json(path)
        try:
            found = self.summary.get("fracture")
        except OutputError:
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, hashes, ranks and times."""
        return read_manifest(self.path)

    @cached_property
    def profile(self) -> dict[str, Any]:
        """Time by phase of a run with ``--profile``."""
        return read_profile(self.path)

    def quantity(self, name: str) -> float:
        """Value of a quantity of summary.json in SI, e.g. ``max_pressure_li``.

        Raises
        ------
        OutputError
            When the run has no such quantity.
        """
        return self.quantity_and_unit(name)[0]

    def quantity_and_unit(self, name: str) -> tuple[float, str]:
        """Value of a quantity of summary.json and its SI unit; OutputError when there is none."""
        quantities = self.summary.get("quantities") or {}
        found = value_of(quantities.get(name))
        if found is not None:
            return found
        known = ", ".join(quantities) or "none"
        raise OutputError(f"{self.path / 'summary.json'}: no quantity {name}; quantities are {known}")

    @cached_property
    def case(self) -> dict[str, Any]:
        """Resolved case; empty when the folder has none."""
        try:
            return read_case(self.path)
        except OutputError:
            return {}

    @cached_property
    def regions(self) -> RunRegions:
        """Names, roles and labels of the regions."""
        return read_run_regions(self.path)

    @property
    def title(self) -> str:
        """Name of the case, or of the folder."""
        return str(self.case.get("name") or self.path.resolve().name)

    @property
    def coordinates(self) -> tuple[str, str]:
        """Names of the coordinates in the plane of the figures: (x, y), (r, z) if axisymmetric, (x, z) of a section."""
        plane = self.plane_fields.plane
        if plane is not None:
            return plane.names
        geometry = self.case.get("geometry")
        symmetry = geometry.get("symmetry") if isinstance(geometry, dict) else None
        return ("r", "z") if symmetry == "axisymmetric" else ("x", "y")

    def at(self, column: str, time: float) -> float | None:
        """Give a history at some time (s), linear between the steps; None when there is no such column."""
        try:
            history = self.history
        except OutputError:
            return None
        if column not in history:
            return None
        return float(np.interp(time, history["time_s"], history[column]))

    def state_text(self, time: float, note: str = "") -> str:
        """Describe a moment for the head of a figure: time and a note, current density and growth stretch if known."""
        parts = [f"t = {format_value(time, 's', 4)}{note}"]
        current = self.at("current_density_A_per_m2", time)
        if current is not None:
            parts.append(f"i = {format_value(current, 'A/m^2')}")
        stretch = self.at("growth_stretch", time)
        if stretch is not None:
            parts.append(f"growth stretch {stretch:.3f}")
        return ",  ".join(parts)


def open_run(path: str | Path) -> RunResults:
    """Open the folder of a run.

    Parameters
    ----------
    path : str or Path
        Run folder.

    Raises
    ------
    OutputError
        When there is no such folder.

    Examples
    --------
    >>> made = platingx.run_case("cases/void_cell.yaml", "runs/void", quiet=True)
    >>> platingx.open_run("runs/void").summary["outcome"]
    'completed'
    """
    folder = absolute_path(path)
    if not folder.is_dir():
        raise OutputError(f"{folder}: no such run folder; 'platingx run CASE --out {folder}' makes one")
    return RunResults(folder)

"""What a user asks of the fields of a run: a field, regions, an instant, the ends of a colour scale."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import DAMAGE, FieldView, view_of, views_of
from platingx.post.peak import peak_step
from platingx.post.results import RunResults
from platingx.post.scales import format_value
from platingx.units import DIMENSIONS, UnitError, parse

__all__ = ["FieldChoice", "damage_views", "step_of"]

_PAST_THE_END = 1e-6
"""Relative to the end of a run, how far a time may lie beyond it."""


@dataclass(frozen=True)
class FieldChoice:
    """A choice of fields, as texts of the command line.

    Attributes
    ----------
    field : str or None
        Name of a scalar field; those of the standard figures when None.
    regions : tuple of str
        Names; all that were written if empty.
    time : str or None
        ``peak``, ``end``, or a time with its unit; the peak of each view when None.
    ends : tuple of str or None
        Lowest and highest value of the colour scale, with their units.
    """

    field: str | None = None
    regions: tuple[str, ...] = ()
    time: str | None = None
    ends: tuple[str, str] | None = None

    def views(self, run: RunResults, fields: FieldSeries | None = None) -> tuple[FieldView, ...]:
        """What to show of a run.

        Parameters
        ----------
        run : RunResults
        fields : FieldSeries, optional
            Those that are to be shown; of a three-dimensional run those of its section when None.

        Raises
        ------
        OutputError
            When the run has no such field or region.
        """
        fields = run.plane_fields if fields is None else fields
        known = {region.name: region for region in run.regions.regions if fields.region_mask(region.name).any()}
        for name in self.regions:
            if name not in known:
                raise OutputError(f"{fields.path}: no region {name!r} in the fields; regions are {', '.join(known)}")
        if self.field is None:
            standard = (*views_of(run.regions), *damage_views(run))
            views = tuple(view for view in standard if not self.regions or view.region in self.regions)
        else:
            _check_scalar(run, self.field)
            views = tuple(view_of(self.field, known[name]) for name in self.regions or known)
        missing = [text for text in (view.missing(fields) for view in views) if text is not None]
        if missing:
            raise OutputError(f"{fields.path}: {missing[0]}")
        if not views:
            raise OutputError(f"{fields.path}: no standard figure shows {', '.join(self.regions)}; name a field, too")
        return views

    def step(self, run: RunResults) -> int | None:
        """Number of the written step; None for the peak of each view."""
        return None if self.time in (None, "peak") else step_of(run, str(self.time), ())

    def limits(self, view: FieldView) -> tuple[float, float] | None:
        """Ends of the colour scale in the unit of a view.

        Raises
        ------
        OutputError
            When they are no values of that unit, or not in ascending order.
        """
        if self.ends is None:
            return None
        dimension = next((name for name, known in DIMENSIONS.items() if known.si_unit == view.unit), "dimensionless")
        try:
            low, high = (float(parse(text, dimension)) for text in self.ends)
        except UnitError as error:
            raise OutputError(f"limits of {view.field}: {error}") from error
        if low >= high:
            raise OutputError(f"limits of {view.field}: {self.ends[0]} is not below {self.ends[1]}")
        return low, high

    @property
    def suffix(self) -> str:
        """End of the names of files, for an instant that was asked for."""
        return "" if self.time in (None, "peak") else "_" + re.sub(r"[^\w.+-]", "", str(self.time))


def damage_views(run: RunResults) -> tuple[FieldView, ...]:
    """The damage of a run with a phase field of cracks, in its ceramic."""
    block = run.case.get("damage")
    if not isinstance(block, dict):
        return ()
    named, electrolytes = block.get("region"), run.regions.electrolytes
    return tuple(view_of(DAMAGE, region) for region in electrolytes if named in (None, region.name))


def step_of(run: RunResults, time: str, views: tuple[FieldView, ...]) -> int:
    """Number of the written step nearest to an instant.

    Parameters
    ----------
    run : RunResults
    time : str
        ``peak``, ``end``, or a time with its unit.
    views : tuple of FieldView
        What the peak is that of.

    Raises
    ------
    OutputError
        When it is none of these, or the run does not reach it.
    """
    if time == "peak":
        return peak_step(run, views)
    times = run.fields.times
    if time == "end":
        return len(times) - 1
    try:
        wanted = float(parse(time, "time"))
    except UnitError as error:
        raise OutputError(f"time {time!r}: {error}, peak or end") from error
    if not 0.0 <= wanted <= times[-1] * (1 + _PAST_THE_END):
        first, last = (format_value(float(each), "s", 4) for each in times[[0, -1]])
        raise OutputError(
            f"{run.fields.path}: nothing was written at {time}; written steps reach from {first} to {last}"
        )
    return int(np.argmin(np.abs(times - wanted)))


def _check_scalar(run: RunResults, name: str) -> None:
    fields = run.fields
    scalars = [each for each, values in fields.at(0).items() if values.ndim == 1 and each != "region"]
    if name not in fields.names:
        raise OutputError(f"{fields.path}: no field {name!r}; fields are {', '.join(scalars)}")
    if name not in scalars:
        raise OutputError(f"{fields.path}: {name} is no scalar and has no colours; scalars are {', '.join(scalars)}")

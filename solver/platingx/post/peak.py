"""The instant of a run that its figures show: that of the largest value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.field_names import largest_of_field
from platingx.post.field_views import FieldView, views_of
from platingx.post.results import RunResults
from platingx.post.run_regions import RunRegions

__all__ = ["peak_step", "peak_views"]

_AS_LARGE = 1e-9
"""Relative difference below which a later step is as large as the largest."""


def peak_views(regions: RunRegions) -> tuple[FieldView, ...]:
    """What the peak of a whole run is that of: the stress in its electrolytes, or the pressure in its metal."""
    views = views_of(regions)
    marked = tuple(view for view in views if view.mark_maximum)
    return marked or views


def peak_step(run: RunResults, views: Sequence[FieldView]) -> int:
    """Find the written step at which the largest value is largest; the last of several that are equal.

    Parameters
    ----------
    run : RunResults
    views : sequence of FieldView
        Fields of one unit; the largest of all of them counts.

    Returns
    -------
    int
        Number of the step in the fields of the run; the last one where there is no view.

    Raises
    ------
    OutputError
        When the fields cannot be read.
    """
    if not views:
        return len(run.fields) - 1
    largest = np.max([_largest(run, view) for view in views], axis=0)
    as_large = largest >= largest.max() - _AS_LARGE * np.abs(largest).max()
    return int(np.flatnonzero(as_large)[-1])


def _largest(run: RunResults, view: FieldView) -> Array:
    """Largest value of a view at each written step: from the history where it has that, else from the fields."""
    times = run.fields.times
    column = "_".join(filter(None, (largest_of_field(view.field, view.region), view.unit)))
    try:
        history = run.history
    except OutputError:
        history = None
    if history is not None and column in history and "time_s" in history:
        return np.interp(times, history["time_s"].to_numpy(float), history[column].to_numpy(float))
    nodes = np.unique(run.fields.cells[run.fields.region_mask(view.region)])
    return np.array([run.fields.at(step, [view.field])[view.field][nodes].max() for step in range(len(times))])

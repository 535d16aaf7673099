"""A field of one step together with the deformed shape it is drawn on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import FieldView
from platingx.post.surface import is_half_model

__all__ = ["Scene", "make_scene"]


@dataclass(frozen=True)
class Scene:
    """A field at a step, ready to be drawn in several windows.

    Attributes
    ----------
    fields : FieldSeries
    view : FieldView
    step : int
    values : ndarray, shape (points,)
    displacement : ndarray, shape (points, 3)
        m, times the deformation scale; zero where it was not written.
    mirror : bool
    """

    fields: FieldSeries
    view: FieldView
    step: int
    values: Array
    displacement: Array
    mirror: bool

    @property
    def place(self) -> Array:
        """Deformed coordinates of the points, m."""
        return self.fields.points + self.displacement


def make_scene(fields: FieldSeries, view: FieldView, step: int = -1, deformation_scale: float = 1.0) -> Scene:
    """Read what a view needs of a step. Raises OutputError when its field is missing."""
    deformed = "displacement" in fields.names
    values = fields.at(step, [view.field, *(["displacement"] if deformed else [])])
    displacement = deformation_scale * values["displacement"] if deformed else np.zeros_like(fields.points)
    return Scene(fields, view, step, values[view.field], displacement, is_half_model(fields))

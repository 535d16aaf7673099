"""Places on the command line, ``"0,-56 nm"``, with one unit at their end or with one each; planes, and sights."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import typer

from platingx.units import UnitError, parse

if TYPE_CHECKING:
    from platingx.post.space_views import Sight

__all__ = ["read_place", "read_sight"]


def read_place(text: str, option: str) -> list[float]:
    """Read a place.

    Parameters
    ----------
    text
        Two or three coordinates with commas between them. One without unit has that of the last.
    option
        Name of the option it was given by.

    Returns
    -------
    list of float
        m.

    Raises
    ------
    typer.BadParameter
        If it is no place.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (2, 3) or not all(parts):
        raise typer.BadParameter(f'\'{text}\' is not a place, such as "0,-56 nm" or "0,0,-56 nm"', param_hint=option)
    unit = parts[-1].lstrip("+-.0123456789eE").strip()
    given = [part if part.lstrip("+-.0123456789eE").strip() else f"{part} {unit}" for part in parts]
    try:
        return [float(parse(part, "length")) for part in given]
    except UnitError as error:
        raise typer.BadParameter(f"'{text}': {error}", param_hint=option) from error


def read_sight(camera: str, cut: str | None, factor: float, zoom: float) -> Sight:
    """Read how a model in space is looked at.

    Parameters
    ----------
    camera
        Name, or azimuth and elevation in degrees.
    cut
        A plane across an axis, such as ``y = 20 nm``.
    factor
        Of the displacement.
    zoom
        About the largest value.

    Returns
    -------
    Sight

    Raises
    ------
    typer.BadParameter
        If it is no plane, or the factor is not finite.
    OutputError
        If it is no camera.
    """
    from platingx.post.cameras import camera_of
    from platingx.post.space_scene import Cut
    from platingx.post.space_views import Sight

    if not math.isfinite(factor) or not math.isfinite(zoom):
        raise typer.BadParameter("factors are finite numbers", param_hint="--deformation, --zoom")
    plane = None
    if cut is not None:
        found = re.fullmatch(r"\s*([xyz])\s*=\s*(.+?)\s*", cut)
        if found is None:
            raise typer.BadParameter(f"'{cut}' is no plane across an axis, such as \"y = 20 nm\"", param_hint="--cut")
        text = found[2] if re.search(r"[^\d.eE+-]", found[2]) or float(found[2]) else "0 m"
        try:
            plane = Cut("xyz".index(found[1]), float(parse(text, "length")))
        except UnitError as error:
            raise typer.BadParameter(f"'{cut}': {error}", param_hint="--cut") from error
    return Sight(camera_of(camera), plane, factor, zoom)

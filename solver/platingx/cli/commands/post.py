"""``platingx post``: figures of finished runs from their files, values along a line and at points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.places import read_place, read_sight
from platingx.cli.terminal import mpi_rank, say
from platingx.errors import OutputError
from platingx.paths import user_path

if TYPE_CHECKING:
    from platingx.post.field_choice import FieldChoice
    from platingx.post.style import Look

__all__ = ["post"]


class Format(StrEnum):
    """Formats of figures."""

    PNG = "png"
    PDF = "pdf"
    SVG = "svg"


def post(
    run_folders: Annotated[
        list[Path],
        typer.Argument(parser=user_path, metavar="RUN...", help="Run folder; of several the histories in one figure."),
    ],
    field: Annotated[
        str | None, typer.Option("--field", help="A field as in fields.bp, such as von_mises_stress.")
    ] = None,
    regions: Annotated[
        list[str] | None, typer.Option("--region", help="Region to show; may be given often. All if left out.")
    ] = None,
    time: Annotated[
        str | None,
        typer.Option("--time", help='Instant to show: a time such as "20 ms", end, or peak (if left out).'),
    ] = None,
    limits: Annotated[
        tuple[str, str] | None,
        typer.Option("--limits", metavar="LOW HIGH", help='Ends of the colours of --field: --limits "0 GPa" "5 GPa".'),
    ] = None,
    line: Annotated[
        tuple[str, str] | None,
        typer.Option("--line", metavar="A B", help='Values from A to B: --line "0,-56 nm" "0,-500 nm".'),
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option("--at", metavar="PLACE", help='Values at a point: --at "0,-56 nm".')
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="Format of the figures.")] = Format.PNG,
    no_title: Annotated[bool, typer.Option("--no-title", help="Figures without head, cut to what they show.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=user_path, metavar="DIR", help="Folder to write into; RUN/figures if left out."),
    ] = None,
    movie: Annotated[bool, typer.Option("--movie", help="Make a movie of the evolution too.")] = False,
    view: Annotated[
        str | None,
        typer.Option(
            "--view",
            metavar="CAMERA",
            help="A 3D run in space, from front, back, left, right, top, bottom, corner, below or AZIMUTH,ELEVATION "
            "in degrees. Needs pyvista.",
        ),
    ] = None,
    cut: Annotated[
        str | None,
        typer.Option("--cut", metavar="PLANE", help='Of a view: without what lies before a plane: --cut "y = 20 nm".'),
    ] = None,
    deformation: Annotated[
        float | None, typer.Option("--deformation", metavar="FACTOR", help="Of a view: times the displacement; 1.")
    ] = None,
    zoom: Annotated[
        float | None, typer.Option("--zoom", min=1.0, help="Of a view: about the place of the largest value; 1.")
    ] = None,
) -> None:
    """Draw the figures of a run again from its files, or one field of it; give values along a line or at points.

    Places are those before deformation. A line and a point also leave their numbers as CSV. Of a run in three
    dimensions --view shows a field on the outer surface or on a cut.
    """
    if mpi_rank() != 0:
        return
    for folder in run_folders:
        _check(folder)
    from platingx.post.field_choice import FieldChoice
    from platingx.post.style import Look

    look, choice = Look(form.value, not no_title), FieldChoice(field, tuple(regions or ()), time, limits)
    chosen = {"--field": field, "--region": regions, "--time": time, "--limits": limits}
    probes = {"--line": line, "--at": at}
    sight = {"--cut": cut, "--deformation": deformation is not None, "--zoom": zoom is not None}
    if view is None:
        _refuse(sight, "it belongs to --view")
    if len(run_folders) > 1:
        _refuse(chosen | probes | {"--movie": movie, "--view": view}, "of several runs the histories are drawn")
        _overlay(run_folders, look, out)
    elif view is not None:
        _refuse(probes | {"--movie": movie}, "a view in space has no values along a line, and does not move")
        seen = read_sight(view, cut, 1.0 if deformation is None else deformation, zoom or 1.0)
        from platingx.post.figures import make_views

        say(*(f"wrote {path}" for path in make_views(run_folders[0], choice, seen, look, out)))
    elif line is not None or at:
        _refuse({"--limits": limits, "--movie": movie}, "values along a line and at points have no colours")
        _probe(run_folders[0], choice, look, line, at or [], out)
    elif any(chosen.values()):
        _refuse({"--movie": movie}, "a movie shows the standard figures over all times")
        if field is None:
            _refuse({"--limits": limits}, "limits are those of one field: give --field, too, or")
        from platingx.post.figures import make_chosen

        say(*(f"wrote {path}" for path in make_chosen(run_folders[0], choice, look, out)))
    else:
        from platingx.post.figures import make_all

        say(*(f"wrote {path}" for path in make_all(run_folders[0], movie, say, look, out)))


def _check(folder: Path) -> None:
    """Refuse what is no folder."""
    if folder.is_dir():
        return
    if folder.exists():
        raise OutputError(f"{folder} is a file, not the folder of a run\n    try:   platingx post runs/NAME")
    raise OutputError(f"there is no run folder {folder}\n    try:   platingx run CASE --out {folder}")


def _refuse(options: Mapping[str, object], reason: str) -> None:
    """Refuse options that are given and would do nothing."""
    for name, given in options.items():
        if given:
            raise typer.BadParameter(f"{reason}; leave it out", param_hint=name)


def _overlay(folders: list[Path], look: Look, out: Path | None) -> None:
    from platingx.post.history_figures import overlay_figure
    from platingx.post.results import open_run
    from platingx.post.style import save

    runs = [open_run(folder) for folder in folders]
    target = out or runs[0].path / "figures"
    say(f"wrote {save(overlay_figure(runs), target / 'histories_overlay.png', look)}")


def _probe(
    folder: Path, choice: FieldChoice, look: Look, line: tuple[str, str] | None, points: list[str], out: Path | None
) -> None:
    """Write values along a line and at points, of the regions that are asked for."""
    from platingx.post import probes
    from platingx.post.field_choice import step_of
    from platingx.post.peak import peak_views
    from platingx.post.results import open_run
    from platingx.post.style import save

    run = open_run(folder)
    views = choice.views(run) if choice.field or choice.regions else peak_views(run.regions)
    step = step_of(run, choice.time or "peak", views)
    target = out or run.path / "figures"
    for text in points:
        rows = probes.only(probes.at_point(run, read_place(text, "--at")), choice.regions)
        say(*probes.point_lines(run, rows, step))
        say(f"wrote {probes.write_rows(rows, target / f'at_{_stem(text)}.csv')}")
    if line is not None:
        places = probes.line_places(*(read_place(text, "--line") for text in line))
        rows = probes.only(probes.along_line(run, places, step), choice.regions)
        stem = f"line_{_stem(line[0])}_to_{_stem(line[1])}{choice.suffix}"
        names = [choice.field] if choice.field else [name for name in probes.USUAL if name in run.fields.names]
        say(f"wrote {probes.write_rows(rows, target / f'{stem}.csv')}")
        say(f"wrote {save(probes.line_figure(run, rows, names, step), target / f'{stem}.png', look)}")


def _stem(place: str) -> str:
    """Part of the name of a file for a place."""
    return re.sub(r"[^\w.+-]", "", place.replace(",", "_"))

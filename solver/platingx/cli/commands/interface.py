"""``platingx interface``: tools for measurements on interfaces that lose contact, without a run."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from platingx.cli.commands.quantities import read_quantity
from platingx.cli.terminal import console, say
from platingx.cli.usage import Commands
from platingx.errors import CaseError, InputError, OutputError
from platingx.paths import user_path

__all__ = ["interface"]


class Side(StrEnum):
    """Where an electrolyte is."""

    FIRST = "first"
    LAST = "last"


class Contact(StrEnum):
    """What is in contact."""

    STRIP = "strip"
    DISC = "disc"


_LITHIUM = "13.02 cm^3/mol"

interface = typer.Typer(
    name="interface",
    cls=Commands,
    help="Tools for interfaces that lose contact: Sand's equation, stripping of tomograms, resistance of constriction.",
    no_args_is_help=True,
)

MolarVolume = Annotated[str, typer.Option("--molar-volume", metavar="VOLUME", help="Of the metal that is stripped.")]
Out = Annotated[
    Path | None, typer.Option("--out", parser=user_path, metavar="DIR", help="Folder for tables and figures.")
]


@interface.command()
def sand(
    table: Annotated[Path, typer.Argument(parser=user_path, metavar="CSV", help='Header: "i [mA/cm^2],tau [s]".')],
    current: Annotated[str, typer.Option("--current", metavar="NAME", help="Column of the current density.")],
    time: Annotated[
        str | None, typer.Option("--time", metavar="NAME", help="Column of the time until the end.")
    ] = None,
    capacity: Annotated[
        str | None, typer.Option("--capacity", metavar="NAME", help="Column of the charge per area until the end.")
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="NAME", help="Column that tells series apart.")
    ] = None,
    molar_volume: MolarVolume = _LITHIUM,
    out: Out = None,
) -> None:
    """Fit Sand's equation to times of stripping: a transport descriptor with its interval for each series."""
    from rich.table import Table

    from platingx.post.sand import CONFIDENCE, fit_sand
    from platingx.post.sand_table import read_sand_table
    from platingx.post.scales import format_value

    volume = read_quantity(molar_volume, "molar_volume", "--molar-volume")
    series = read_sand_table(table, current, time, capacity, group)
    fits = {name: (i, tau, fit_sand(i, tau, volume)) for name, (i, tau) in series.items()}
    percent = f"{100 * CONFIDENCE:.0f} %"
    shown = Table(
        "series", "points", "descriptor (cm^2/s)", f"interval, {percent}", "largest deviation", "through the origin"
    )
    for name, (_, _, fit) in fits.items():
        bounds = "not known" if fit.low is None or fit.high is None else f"{1e4 * fit.low:.4g} to {1e4 * fit.high:.4g}"
        words = {None: "not known", True: "yes", False: f"NO: {format_value(fit.intercept or 0.0, 'A/m^2')} off"}
        shown.add_row(
            name or "all", str(fit.points), f"{1e4 * fit.descriptor:.4g}", bounds, f"{100 * fit.deviation:.1f} %",
            words[fit.through_origin],
        )  # fmt: skip
    console().print(shown)
    say("A descriptor, not a diffusivity: what ends stripping need not be diffusion in the metal.")
    if out is not None:
        from platingx.post.style import save
        from platingx.post.tool_figures import sand_figure

        rows = [{"series": name, **_plain(fit)} for name, (_, _, fit) in fits.items()]
        _write(out / "sand.csv", rows)
        save(sand_figure(fits), out / "sand.png")
        say(f"results in {out}")


def _plain(fit: Any) -> dict[str, Any]:
    return {
        "points": fit.points,
        "slope_A_s05_per_m2": fit.slope,
        "descriptor_m2_per_s": fit.descriptor,
        "low_m2_per_s": fit.low,
        "high_m2_per_s": fit.high,
        "intercept_A_per_m2": fit.intercept,
        "intercept_probability": fit.intercept_probability,
        "largest_deviation": fit.deviation,
    }


@interface.command()
def strip(
    volume: Annotated[
        Path,
        typer.Argument(parser=user_path, metavar="VOLUME", help="TIFF file or folder, .h5, .npy or .raw, of labels."),
    ],
    axis: Annotated[int, typer.Option("--axis", min=0, max=2, help="Axis across the interface: 0, 1 or 2.")],
    side: Annotated[
        Side,
        typer.Option("--side", help="Where the electrolyte is: at which voxel."),
    ],
    voxel: Annotated[str, typer.Option("--voxel", metavar="LENGTH", help='Edge of a voxel, "1.4 um".')],
    stripped: Annotated[int, typer.Option("--stripped", help="Label of the metal that is stripped.")],
    inert: Annotated[int, typer.Option("--inert", help="Label of the metal that stays.")],
    layers: Annotated[int, typer.Option("--layers", help="Layers of voxels that go.")],
    replated: Annotated[
        int, typer.Option("--replated", min=0, help="Layers plated under the inert metal and stripped again.")
    ] = 0,
    dataset: Annotated[str | None, typer.Option("--dataset", metavar="PATH", help="Of an HDF5 file.")] = None,
    shape: Annotated[str | None, typer.Option("--shape", metavar="N,N,N", help="Of a raw file.")] = None,
    dtype: Annotated[str, typer.Option("--dtype", metavar="TYPE", help="Of a raw file, as uint8.")] = "",
    molar_volume: MolarVolume = _LITHIUM,
    out: Out = None,
) -> None:
    """Strip a tomogram layer by layer: how much of the interface the inert metal comes to cover.

    Axis, side, size and labels are asked: no file says them reliably.
    """
    from platingx.post.volume_files import read_volume
    from platingx.post.voxels import VolumeReading, strip_volume

    reading = VolumeReading(axis, side is Side.FIRST, read_quantity(voxel, "length", "--voxel"), stripped, inert)
    amount = read_quantity(molar_volume, "molar_volume", "--molar-volume")
    found = strip_volume(read_volume(volume, dataset, _shape(shape), dtype), reading, layers, amount)
    say(
        f"{found.depth[-1] * 1e6:.4g} um, {found.charge[-1] / 36e3:.4g} mAh/cm^2; "
        f"inert metal: {100 * found.inert_share:.2f} % of these layers",
        f"covered by inert metal: {100 * found.coverage[-1]:.2f} % "
        f"(strewn at random: {100 * found.uncorrelated[-1]:.2f} %), "
        f"{found.inert_thickness[-1] * 1e6:.3g} um thick on average",
    )
    if replated:
        say(
            f"again with {replated} layers plated under it: none for {replated} layers, "
            f"then {100 * found.second(replated)[-1]:.2f} % at once"
        )
    if out is None:
        return
    from platingx.post.style import save
    from platingx.post.tool_figures import stripping_figure

    names = ("depth", "charge", "coverage", "uncorrelated", "inert_thickness")
    units = ("m", "C_per_m2", "", "", "m")
    headers = [f"{name}_{unit}" if unit else name for name, unit in zip(names, units, strict=True)]
    rows = zip(*(getattr(found, name).tolist() for name in names), strict=True)
    _write(out / "stripping.csv", [dict(zip(headers, row, strict=True)) for row in rows])
    if replated:
        second = [{"layers": k, "coverage": float(value)} for k, value in enumerate(found.second(replated))]
        _write(out / "second_stripping.csv", second)
    save(stripping_figure(found, reading.voxel), out / "stripping.png")
    say(f"results in {out}")


@interface.command()
def volume(
    out: Annotated[Path, typer.Argument(parser=user_path, metavar="FILE", help="An ending .tif, .h5, .npy or .raw.")],
    shape: Annotated[str, typer.Option("--shape", metavar="N,N,N", help="Voxels along the axes.")],
    share: Annotated[float, typer.Option("--share", min=1e-6, max=0.999, help="Share of the inert metal.")],
    domain: Annotated[
        float, typer.Option("--domain", min=0.0, help="Mean chord of its domains in voxels; up to 1 strewn at random.")
    ],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the random numbers.")] = 0,
) -> None:
    """Make a synthetic volume: label 1 is stripped, 2 is inert, in domains of one size, periodic."""
    from platingx.post.volume_files import write_volume
    from platingx.post.voxels import synthetic_volume

    sizes = _shape(shape)
    made = synthetic_volume((sizes[0], sizes[1], sizes[2]), share, domain, seed)
    write_volume(out, made)
    say(
        f"wrote {out}: {shape} voxels of uint8, 1 to be stripped and 2 inert, "
        f"{100 * float((made == 2).mean()):.3f} % inert"
    )


@interface.command()
def constriction(
    shape: Annotated[
        Contact,
        typer.Option("--shape", help="A strip in a period, or a disc in a cylinder."),
    ],
    share: Annotated[float, typer.Option("--share", min=1e-4, max=0.9999, help="Contact share of the cell.")],
    width: Annotated[str, typer.Option("--width", metavar="LENGTH", help="Period, or diameter of the cylinder.")],
    conductivity: Annotated[
        str, typer.Option("--conductivity", metavar="VALUE", help='Of the electrolyte, "0.2 S/m".')
    ],
    interface_resistance: Annotated[
        str, typer.Option("--interface-resistance", metavar="VALUE", help='Of the contact, "5 ohm cm^2".')
    ] = "0 ohm cm^2",
) -> None:
    """Tell what a contact of less than the whole area costs in the electrolyte, in a closed form and by numbers."""
    from platingx.post import constriction as forms

    length = read_quantity(width, "length", "--width")
    kappa = read_quantity(conductivity, "conductivity", "--conductivity")
    z = read_quantity(interface_resistance, "area_resistance", "--interface-resistance", allow_zero=True)
    if shape is Contact.STRIP:
        area = 1.0
        closed, words = forms.strip_closed_form(share, length, kappa), "closed form, without interface resistance"
        found = forms.strip_constriction(share, length, kappa, z)
    else:
        radius = 0.5 * length * share**0.5
        area = 0.25 * math.pi * length**2
        closed = forms.disc_on_half_space(radius, kappa) * area
        words = "closed form, a disc on a half space"
        found = forms.disc_in_cylinder(radius, 0.5 * length, kappa, z) * area
    say(
        f"constriction: {found * 1e4:.5g} ohm cm^2 of the cell"
        + (f", {found / area:.5g} ohm" if shape is Contact.DISC else ""),
        f"    {words}: {closed * 1e4:.5g} ohm cm^2",
        f"    the contact itself: {z / share * 1e4:.5g} ohm cm^2",
    )


def _shape(text: str | None) -> tuple[int, ...]:
    """Numbers of voxels from text."""
    if text is None:
        return ()
    parts = text.replace("x", ",").split(",")
    if len(parts) != 3 or not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise CaseError(
            InputError("not the size of a volume", key="--shape", value=text, valid="three numbers: 94,300,300")
        )
    return tuple(int(part) for part in parts)


def _write(path: Path, rows: Sequence[dict[str, Any]] | Iterable[dict[str, Any]]) -> None:
    """Write a table."""
    rows = list(rows)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error

"""Picture of a mesh: regions, named boundaries and a close view of the finest place."""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch as LegendPatch
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import FACET_NODES
from platingx_meshes.mesh_data import MeshData

Array = NDArray[np.float64]

REGION_COLOURS = {tags.LI: "#f3d9b1", tags.LLZO: "#cfd8e3"}
SPARE_REGION_COLOURS = ("#d5e8d4", "#e1d5e7", "#fff2cc", "#f8cecc")
PALETTE = tuple(matplotlib.color_sequences["tab10"])
Window = tuple[tuple[float, float], tuple[float, float]]
UNITS = ((1.0, "m"), (1e-3, "mm"), (1e-6, "µm"), (1e-9, "nm"))


def picture(data: MeshData, path: str | Path, *, tip_window: float | None = None) -> Path:
    """Draw a plane mesh to a PNG (or whatever the suffix of ``path`` says).

    Parameters
    ----------
    data : mesh of dimension 2
    path : file to write
    tip_window : width of the close view, m; default: chosen from the smallest element

    Raises
    ------
    MeshBuildError
        For a three-dimensional mesh.
    """
    if data.dimension != 2:
        raise MeshBuildError("a picture is drawn of plane meshes only; open the XDMF file in ParaView instead")
    size, unit = _unit(data)
    figure = Figure(figsize=(13.0, 6.8), layout="constrained")
    windows = _windows(data, tip_window)
    views = figure.subplot_mosaic([["mesh", name] for name in windows] or [["mesh"]])
    _draw(views["mesh"], data, size, line=0.25, boundary_line=2.2)
    views["mesh"].set_title(f"{len(data.cells)} cells ({data.cell_type}), {len(data.points)} nodes", fontsize=10)
    for name, ((left, right), (bottom, top)) in windows.items():
        _draw(views[name], data, size, line=0.5, boundary_line=2.0)
        views[name].set_xlim(left / size, right / size)
        views[name].set_ylim(bottom / size, top / size)
        views[name].set_title(name, fontsize=10)
    for view in views.values():
        view.set_aspect("equal")
        view.set_xlabel(f"x ({unit})")
        view.set_ylabel(f"y ({unit})")
    figure.legend(handles=_legend(data), loc="outside lower center", ncols=6, fontsize=9, frameon=False)
    path = Path(path)
    figure.savefig(path, dpi=160)
    return path


def _windows(data: MeshData, tip_window: float | None) -> dict[str, Window]:
    """Close views worth drawing, with their titles."""
    windows: dict[str, Window] = {}
    if tags.COLLECTOR in data.boundary_names and {tags.LI, tags.LLZO} <= set(data.region_names):
        windows["interlayer"] = _layer_window(data)
    close = _tip_window(data, tip_window)
    if close[0][1] - close[0][0] < 0.5 * float(np.ptp(data.points, axis=0).max()):
        windows["finest place" if _tip(data) is None else "pit tip"] = close
    return windows


def _unit(data: MeshData) -> tuple[float, str]:
    extent = float(np.ptp(data.points, axis=0).max())
    return next((pair for pair in UNITS if extent >= pair[0]), UNITS[-1])


def _layer_window(data: MeshData) -> Window:
    """Box around the lithium."""
    places = data.points[np.unique(data.region_cells(tags.LI))][:, :2]
    low, high = places.min(axis=0), places.max(axis=0)
    margin = 0.08 * float((high - low).max())
    return (low[0] - margin, high[0] + margin), (low[1] - margin, high[1] + margin)


def _tip(data: MeshData) -> Array | None:
    """Place where the pit meets the symmetry line, if there is one."""
    surface = next((name for name in (tags.INTERFACE, tags.PIT) if name in data.boundary_names), None)
    if surface is None or tags.SYMMETRY not in data.boundary_names:
        return None
    common = np.intersect1d(data.boundary_facets(surface), data.boundary_facets(tags.SYMMETRY))
    return data.points[common[0]][:2] if len(common) else None


def _tip_window(data: MeshData, width: float | None) -> Window:
    """Box around the pit tip, or else around the smallest cell, about 20 cells wide."""
    areas = data.jacobians.measures
    tip = _tip(data)
    cell = int(areas.argmin())
    centre = data.points[data.cells[cell]].mean(axis=0)[:2] if tip is None else tip
    if tip is not None:
        cell = int(np.linalg.norm(data.points[data.cells].mean(axis=1)[:, :2] - tip, axis=1).argmin())
    half = 0.5 * width if width is not None else 9.0 * float(np.sqrt(areas[cell]))
    return (centre[0] - 0.15 * half, centre[0] + 2.4 * half), (centre[1] - 0.8 * half, centre[1] + 0.9 * half)


def _outlines(data: MeshData) -> Array:
    """Curved outline of every cell, shape (cells, vertices, 2)."""
    kind = CELL_TYPES[data.cell_type]
    edges = [_curve(data.points[data.cells[:, list(edge)]], 6)[:, :-1] for edge in FACET_NODES[kind.name]]
    return np.concatenate(edges, axis=1)


def _curve(nodes: Array, pieces: int) -> Array:
    """Points along edges given by end nodes and, for second order, a middle node."""
    t = np.linspace(0.0, 1.0, pieces + 1)
    if nodes.shape[1] == 2:
        basis = np.stack([1.0 - t, t])
    else:
        basis = np.stack([(1.0 - t) * (1.0 - 2.0 * t), t * (2.0 * t - 1.0), 4.0 * t * (1.0 - t)])
    return np.asarray(np.einsum("kt,nkd->ntd", basis, nodes[:, :, :2]))


def _colours(data: MeshData) -> tuple[dict[str, str], dict[str, object]]:
    spare = iter(SPARE_REGION_COLOURS * (1 + len(data.region_names)))
    regions = {name: REGION_COLOURS.get(name) or next(spare) for name in data.region_names}
    fixed = dict(zip(list(tags.BOUNDARIES)[: len(PALETTE) - 2], PALETTE, strict=False))
    free = [colour for name, colour in fixed.items() if name not in data.boundary_names] + list(PALETTE[-2:])
    others = [name for name in data.boundary_names if name not in fixed]
    boundaries: dict[str, object] = {name: fixed[name] for name in data.boundary_names if name in fixed}
    boundaries |= {name: free[i % len(free)] for i, name in enumerate(others)}
    return regions, boundaries


def _draw(view: Axes, data: MeshData, size: float, line: float, boundary_line: float) -> None:
    regions, boundaries = _colours(data)
    outlines = _outlines(data) / size
    for name, colour in regions.items():
        own = outlines[data.cell_regions == data.region_names[name]]
        view.add_collection(PolyCollection(list(own), facecolor=colour, edgecolor="#555555", linewidth=line))
    for name, boundary_colour in boundaries.items():
        lines = _curve(data.points[data.boundary_facets(name)], 6) / size
        view.add_collection(LineCollection(list(lines), colors=[boundary_colour], linewidth=boundary_line))
    view.autoscale_view()


def _legend(data: MeshData) -> list[LegendPatch | Line2D]:
    regions, boundaries = _colours(data)
    patches = [LegendPatch(facecolor=colour, edgecolor="#555555", label=name) for name, colour in regions.items()]
    lines = [Line2D([], [], color=colour, linewidth=2.5, label=name) for name, colour in boundaries.items()]
    return [*patches, *lines]

"""Does a tool that a case places start inside of the body? Told before a run, from the mesh alone."""

from __future__ import annotations

import numpy as np

from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.physics.contact_tools import INSIDE, placed
from platingx.problems.rigid_motion import Pose
from platingx_meshes import MeshData
from platingx_meshes.facets import all_facets

__all__ = ["check_tools_outside"]


def check_tools_outside(case: Case, data: MeshData) -> None:
    """Compare the nodes of faces with the tools that touch them, over the size of the cells behind along the tool.

    Raises
    ------
    CaseError
        If a node lies deeper in a tool than a run would take.
    """
    dimension = data.dimension
    for boundary, contact in case.contact.items():
        tool = case.tools.get(contact.tool or "")
        if tool is None or tool.at is None or len(tool.at) != dimension or boundary not in data.boundary_names:
            continue
        rigid = placed(str(contact.tool), tool, dimension)
        facets = all_facets(data.cells, data.cell_type)
        rows = data.boundary_facets(boundary)
        cells = data.cells[facets.cells[facets.find(rows[:, : facets.corners])][:, 0]]
        points = data.points[cells.ravel(), :dimension]
        still = Pose(np.zeros(dimension), np.zeros(3), rigid.place)
        gaps = rigid.distances(points, np.zeros_like(points), still).value.reshape(cells.shape)
        depth = np.where(np.isin(cells, rows), -gaps / np.ptp(gaps, axis=1)[:, None], -np.inf)
        if depth.max(initial=-np.inf) <= INSIDE:
            continue
        where = ", ".join(f"{x:.4g}" for x in points[depth.argmax()])
        message = (
            f"{rigid.name} starts inside of the body: at ({where}) m a node of the boundary {boundary} lies "
            f"{depth.max():.3g} heights of its cell behind its surface"
        )
        valid = "a place that just touches, or beyond"
        raise case_error_at(case, Finding(f"tools.{contact.tool}.at", message, valid, "leave at out to touch"))

"""A body that a crack grows in: a mesh, weight functions and room for each path of the crack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fracture.plane_body import Elastic, PlaneBody
from platingx.fracture.weight_functions import SlitWeights, face_load, face_openings, weights_of
from platingx_meshes.slit import slit_mesh
from platingx_meshes.slit_body import Line, Slit, SlitSizes

__all__ = ["CrackBody", "Response"]


@dataclass(frozen=True)
class Response:
    """What a body answers to loads of the faces of a crack.

    Attributes
    ----------
    slit
        The crack.
    weights
        Of tractions on its faces.
    clearance
        Distance of each tip from the outline, m.
    """

    slit: Slit
    weights: SlitWeights
    clearance: tuple[float, ...]


class CrackBody:
    """Meshes a body anew for each path of a crack, and keeps the last one.

    Parameters
    ----------
    loops
        Outline of the body.
    elastic
        Its elasticity.
    sizes
        Of the elements.
    """

    def __init__(self, loops: Sequence[Sequence[Line]], elastic: Elastic, sizes: SlitSizes | None = None) -> None:
        self._loops, self.elastic, self._sizes = loops, elastic, sizes
        self._body: PlaneBody | None = None

    def respond(self, slit: Slit) -> Response:
        """Mesh a crack and find its weights.

        Raises
        ------
        MeshBuildError
            When it cannot be meshed.
        """
        mesh = slit_mesh(self._loops, slit, self._sizes)
        self._body = PlaneBody(mesh, self.elastic)
        return Response(slit, weights_of(self._body), mesh.clearance)

    def openings(self, tractions: Array) -> Array:
        """Opening of the faces of the last crack, shape (points, loads), m.

        Parameters
        ----------
        tractions
            At the points of its weights, shape (points, 2, loads), Pa.
        """
        body = self._body
        if body is None:
            raise ValueError("no crack has been meshed yet")
        loads = np.stack([face_load(body, tractions[..., k]) for k in range(tractions.shape[-1])], axis=-1)
        solved = body.solve(loads)
        return np.stack([face_openings(body, solved[..., k])[:, 1] for k in range(loads.shape[-1])], axis=-1)

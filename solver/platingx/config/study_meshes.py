"""Factors on the refinement of the mesh of a case, from which a study estimates the error of its mesh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from platingx.config.base import Finding
from platingx.config.quantities import Physical

__all__ = ["REFINEMENT", "Factor", "check_factors"]

REFINEMENT = "geometry.mesh.refinement"
"""Key of a case that the factors multiply."""

Factor = Annotated[float, Physical("dimensionless", minimum=0.02, maximum=50.0)]


def check_factors(key: str, factors: Sequence[float]) -> Iterator[Finding]:
    """Check that three meshes differ and that the mesh of the case is one of them.

    Parameters
    ----------
    key : str
        Where they stand.
    factors : sequence of float
        The factors.
    """
    if len(set(factors)) < 3:
        yield Finding(key, "the three meshes must differ", "three different factors")
    if 1.0 not in factors:
        yield Finding(key, "the mesh of the case is not among the three", "three factors, one of them 1")

"""B06. What would hurt most if lost: the stress concentration of a pit, which decides whether the ceramic splits.

Plate with a cosine pit, plane strain, E 150 GPa, nu 0.26, pressure on pit and flat face; largest principal
stress over pressure. Expected: P2 elements of an independent code. The side is free, or a plane of symmetry (clamped).
"""

from typing import Literal

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.recovery_kernel import stress_measures
from platingx.verification.models.parts import hold, parts_of
from platingx.verification.models.solid import Load, SolidModel, solid_model
from platingx.verification.models.vectors import elastic
from platingx_meshes import Electrolyte, MeshSize, PitPlate, build_pit_plate, pit_profile

PRESSURE = 1e3  # Pa: small strain
NM = 1e-9
Cell = Literal["quadrilateral", "triangle"]

# depth, half width, block (nm): ratio with side clamped, with side free
TABLE = {
    (50, 100, 500): (1.022, 2.266),
    (50, 50, 1000): (2.620, 4.641),
    (100, 50, 1000): (5.662, 9.672),
    (150, 50, 1000): (8.525, 14.924),
}


def loaded_plate(
    depth: float,
    half_width: float,
    block: float,
    side: str,
    mesh: MeshSize | None = None,
) -> SolidModel:
    plate = PitPlate(
        Electrolyte(block * NM, block * NM),
        pit_profile("cosine_squared", depth * NM, half_width * NM),
        mesh or MeshSize(tip_fraction=0.1),
    )
    parts = parts_of(build_pit_plate(plate), MPI.COMM_SELF)
    supports = [hold(parts, "symmetry", 0), hold(parts, "llzo_bottom", 1)]
    if side == "clamped":
        supports.append(hold(parts, "llzo_side", 0))
    loads = [Load(name, "llzo", pressure=lambda time: PRESSURE * time) for name in ("pit", "llzo_top")]
    model = solid_model(parts, {"llzo": elastic(150e9, 0.26)}, supports, loads=loads)
    model.advance(1.0)
    return model


def largest_ratio(model: SolidModel) -> tuple[float, np.ndarray]:
    """Largest principal stress over the pressure, and where."""
    stress, places = model.nodal_stress("llzo")
    measures = np.empty((stress.shape[0] * stress.shape[1], 3))
    stress_measures(np.ascontiguousarray(stress.reshape(-1, 6)), measures)
    worst = int(measures[:, 1].argmax())
    return float(measures[worst, 1]) / PRESSURE, places.reshape(-1, 2)[worst]


@pytest.mark.parametrize("pit", TABLE)
@pytest.mark.parametrize("side", ["clamped", "free"])
def test_concentration_of_a_cosine_pit(pit: tuple[float, float, float], side: str) -> None:
    ratio, place = largest_ratio(loaded_plate(*pit, side))
    assert ratio == pytest.approx(TABLE[pit][side == "free"], rel=0.01)
    np.testing.assert_allclose(place / NM, [0.0, -pit[0]], atol=1e-6)


def refined(side: str, cell: Cell, refinements: tuple[float, ...]) -> np.ndarray:
    """Ratios of the pit of aspect 1 on self-similar meshes."""
    sizes = [MeshSize(tip_fraction=0.2, cell=cell, refinement=refinement) for refinement in refinements]
    return np.array([largest_ratio(loaded_plate(50, 50, 1000, side, size))[0] for size in sizes])


@pytest.mark.parametrize("side", ["clamped", "free"])
def test_triangles_converge_to_the_same_ratio(side: str) -> None:
    """The stress at the tip converges with the square of the size or nearly so; its limit is in the table."""
    ratios = refined(side, "triangle", (0.5, 1.0, 2.0))
    changes = np.abs(np.diff(ratios))
    assert np.log2(changes[0] / changes[1]) > 1.7
    limit = ratios[-1] + (ratios[-1] - ratios[-2]) / 3.0
    assert limit == pytest.approx(TABLE[50, 50, 1000][side == "free"], rel=0.01)


@pytest.mark.long
@pytest.mark.parametrize("side", ["clamped", "free"])
def test_quadrilaterals_and_triangles_have_one_limit(side: str) -> None:
    limits = []
    for cell in ("quadrilateral", "triangle"):
        ratios = refined(side, cell, (1.0, 2.0, 4.0))
        changes = np.abs(np.diff(ratios))
        assert np.log2(changes[0] / changes[1]) > 1.4
        limits.append(ratios[-1] + (ratios[-1] - ratios[-2]) / 3.0)
    assert limits[0] == pytest.approx(limits[1], rel=0.001)

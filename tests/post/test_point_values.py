"""Would hurt most: a value along a line or at a point that is that of another place, region or side of an interface."""

from __future__ import annotations

import numpy as np
import pytest
from write_curved_fields import write_fields

from platingx.errors import OutputError
from platingx.post.cell_nodes import vtk_order
from platingx.post.field_reader import read_fields
from platingx.post.point_values import sample, shape_functions

KINDS = ["quadrilateral", "triangle", "tetrahedron", "hexahedron"]
CELL_TYPES = {"quadrilateral": "quad9", "triangle": "triangle6", "tetrahedron": "tetra10", "hexahedron": "hexahedron27"}


@pytest.fixture(scope="module", params=KINDS)
def fields(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    write_fields(folder / "fields.bp", request.param, [0.0, 1.0])
    return read_fields(folder)


@pytest.mark.parametrize("cell_type", list(CELL_TYPES.values()))
def test_shape_functions_are_a_partition_of_unity_with_the_right_slopes(cell_type):
    dimension = 2 if cell_type in ("quad9", "triangle6") else 3
    places = 0.3 * np.random.default_rng(2).random((5, dimension))
    values, slopes = shape_functions(cell_type, places)
    np.testing.assert_allclose(values.sum(axis=1), 1, rtol=1e-14)
    for axis in range(dimension):
        step = np.zeros(dimension)
        step[axis] = 1e-20
        by_complex_step = shape_functions(cell_type, places + 1j * step)[0].imag / 1e-20
        np.testing.assert_allclose(slopes[..., axis], by_complex_step, atol=1e-13)


def test_a_linear_field_is_found_exactly_inside_on_edges_and_at_corners(fields):
    """Also in the curved cells of a quarter ring, whose field is no polynomial of their reference coordinates."""
    generator, dimension = np.random.default_rng(1), 2 if fields.cell_type in ("quad9", "triangle6") else 3
    if fields.cell_type == "quad9":
        radius, angle = 1e-7 * (1 + generator.random(60)), 0.5 * np.pi * generator.random(60)
        places = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    else:
        places = generator.random((60, dimension))
    places = np.concatenate([places, np.unique(fields.points[:, :dimension], axis=0)])
    found = sample(fields, places)
    assert set(found.place) >= set(range(60, len(places))), "nodes are in the mesh"
    assert set(found.place) >= set(range(60)) or fields.cell_type == "quad9", "a chord may leave a curved boundary"
    assert len(set(found.place) & set(range(60))) > 55
    x = places[found.place]
    np.testing.assert_allclose(found.of(fields.at(1)["pressure"]), 2 * (3 * x[:, 0] + x[:, 1]), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found.of(fields.at(1)["displacement"])[:, :dimension], x, rtol=1e-9, atol=1e-16)


def test_a_quadratic_of_the_cell_comes_back(fields):
    """Values that are no linear function: those of one shape function, at its own place in the cell."""
    cells, generator = fields.cells[:, vtk_order(fields)], np.random.default_rng(3)
    dimension = 2 if fields.cell_type in ("quad9", "triangle6") else 3
    values = generator.random(len(fields.points))
    reference = 0.25 + 0.08 * generator.random((len(cells), dimension))
    weights = shape_functions(fields.cell_type, reference)[0]
    places = np.einsum("cn,cnd->cd", weights, fields.points[cells][..., :dimension])
    found = sample(fields, places)
    np.testing.assert_array_equal(found.place, np.arange(len(cells)))
    np.testing.assert_allclose(found.of(values), np.einsum("cn,cn->c", weights, values[cells]), rtol=1e-9)


def test_each_side_of_an_interface_has_its_value(run_folder):
    fields = read_fields(run_folder)
    tip = np.array([[0.0, -37e-9], [0.0, -100e-9], [1.0, 1.0]])
    found = sample(fields, tip)
    np.testing.assert_array_equal(found.place, [0, 0, 1])
    np.testing.assert_array_equal(found.region, [0, 1, 1])
    stress = found.of(fields.at(-1)["principal_stress_1"])
    assert stress[0] == pytest.approx(-4.9e9, rel=1e-9)
    assert stress[1] == pytest.approx(4.9e9 * 3.33, rel=1e-9)


def test_places_outside_say_how_far_the_model_reaches(run_folder):
    fields = read_fields(run_folder)
    with pytest.raises(
        OutputError, match=r"nothing of the model is at \(-10\.0, 0\) nm; it reaches from \(0, -1\.00\) µm"
    ):
        sample(fields, np.array([[-10e-9, 0.0]]))
    with pytest.raises(OutputError, match="have 2 coordinates, not 3"):
        sample(fields, np.zeros((1, 3)))

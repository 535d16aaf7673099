"""What would hurt most if lost: every number of ranks gets the same mesh with the same names, or the same error."""

from pathlib import Path

import dolfinx
import numpy as np
import pytest
import ufl
from abaqus_files import write_inp
from mesh_geometries import surface_pit
from mpi4py import MPI

from platingx_meshes import MeshBuildError, build_surface_pit
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.io import LoadedMesh, distribute, load
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One folder for all ranks."""
    return COMM.bcast(tmp_path, root=0)


def measures(loaded: LoadedMesh) -> dict[str, float]:
    """Areas of regions and lengths of boundaries, summed over ranks."""
    mesh = loaded.mesh
    one = dolfinx.fem.Constant(mesh, 1.0)
    dx = ufl.Measure("dx", mesh, subdomain_data=loaded.cell_tags)
    sides = [(tag, one_side(loaded, tag)) for tag in loaded.boundary_names.values()]
    ds = ufl.Measure("ds", mesh, subdomain_data=sides)

    def total(form: ufl.Form) -> float:
        return COMM.allreduce(dolfinx.fem.assemble_scalar(dolfinx.fem.form(form)))

    sizes = {name: total(one * dx(tag)) for name, tag in loaded.region_names.items()}
    return sizes | {name: total(one * ds(tag)) for name, tag in loaded.boundary_names.items()}


def one_side(loaded: LoadedMesh, tag: int) -> np.ndarray:
    """Pairs (cell, facet of the cell) on one side of each tagged facet that this rank owns."""
    topology = loaded.mesh.topology
    cells, facets = topology.dim, topology.dim - 1
    topology.create_connectivity(facets, cells)
    topology.create_connectivity(cells, facets)
    cell_of, facets_of = topology.connectivity(facets, cells), topology.connectivity(cells, facets)
    pairs = []
    for facet in loaded.facet_tags.find(tag):
        if facet < topology.index_map(facets).size_local:
            cell = cell_of.links(facet)[0]
            pairs += [cell, int(np.flatnonzero(facets_of.links(cell) == facet)[0])]
    return np.array(pairs, dtype=np.int32)


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_pit_has_the_same_measures_on_all_ranks(cell, folder):
    path = folder / "pit.msh"
    made = build_surface_pit(surface_pit(cell=cell))
    if COMM.rank == 0:
        made.write_msh(path)
    COMM.barrier()
    loaded = load(path, COMM, dimension=2, required_regions=("li", "llzo"), required_boundaries=("interface",))
    found = measures(loaded)
    assert set(found) == {*made.region_names, *made.boundary_names}
    for name in made.region_names:
        assert found[name] == pytest.approx(made.region_measure(name), rel=1e-9)
    expected = {
        "electrolyte_bottom": 800e-9,
        "electrolyte_side": 1000e-9,
        "symmetry": 1100e-9,
        "electrolyte_top": 560e-9,
    }
    for name, length in expected.items():
        assert found[name] == pytest.approx(length, rel=1e-9)
    cells = COMM.allreduce(loaded.mesh.topology.index_map(2).size_local)
    assert cells == len(made.cells)


@pytest.mark.mpi
def test_second_order_geometry_arrives(folder):
    """Dofs of a quadratic function on the interface lie on the pit's curve."""
    made = build_surface_pit(surface_pit())
    loaded = distribute(made if COMM.rank == 0 else None, COMM)
    mesh = loaded.mesh
    space = dolfinx.fem.functionspace(mesh, ("Lagrange", 2))
    facets = loaded.facet_tags.find(loaded.boundary_names["interface"])
    dofs = dolfinx.fem.locate_dofs_topological(space, 1, facets)
    x, y, _ = space.tabulate_dof_coordinates()[dofs].T
    np.testing.assert_allclose(y, surface_pit().pit.height(x), atol=1e-9 * 40e-9)
    owned = np.flatnonzero(dofs < space.dofmap.index_map.size_local)
    assert COMM.allreduce(len(owned)) == len(made.boundary_points("interface"))


@pytest.mark.mpi
def test_abaqus_file_on_all_ranks(folder):
    made = build_box(Box(2.0, 1.0, 4, 4, interface_height=0.5))
    if COMM.rank == 0:
        write_inp(made, folder / "box.inp")
    COMM.barrier()
    loaded = load(folder / "box.inp", COMM, regions={"li": "Part_li", "llzo": "Part_llzo"}, length_unit=1e-3)
    found = measures(loaded)
    assert found["li"] == pytest.approx(1e-6)
    assert found["interface"] == pytest.approx(2e-3)


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_block_on_all_ranks(cell):
    made = build_block3d(Block3D(2.0, 1.0, 3.0, 2, 2, 3, interface_height=1.0, cell=cell))
    found = measures(distribute(made if COMM.rank == 0 else None, COMM))
    assert found["li"] == pytest.approx(4.0)
    assert found["interface"] == pytest.approx(2.0)
    assert found["front"] == pytest.approx(6.0)


@pytest.mark.mpi
def test_all_ranks_raise_the_error_of_rank_0(folder):
    with pytest.raises(MeshBuildError, match="no such mesh file"):
        load(folder / "nothing.msh", COMM)
    if COMM.rank == 0:
        build_box(Box()).write_msh(folder / "box.msh")
    COMM.barrier()
    with pytest.raises(MeshBuildError, match=r"no boundary 'collector' in this mesh; boundaries there are: bottom"):
        load(folder / "box.msh", COMM, required_boundaries=("collector",))

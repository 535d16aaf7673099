"""Element types of Gmsh by number."""

import gmsh

from platingx_meshes.cell_types import BY_GMSH_NUMBER

#: Second-order types without inner nodes, completed later, and points.
OTHERS = {16: "quad8", 17: "hexahedron20", 15: "vertex"}


def type_of(number: int) -> tuple[str, int]:
    """Type name, known here or not, and number of nodes. A Gmsh session is open.

    Raises
    ------
    ValueError
        If there is no such type.
    """
    try:
        name, _, _, count, *_ = gmsh.model.mesh.getElementProperties(number)
    except Exception as error:  # Gmsh raises plain Exception
        raise ValueError(f"there is no element type {number}") from error
    known = BY_GMSH_NUMBER.get(number)
    return known.name if known else OTHERS.get(number, str(name)), int(count)

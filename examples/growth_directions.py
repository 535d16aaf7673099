"""Draw the direction of growth of the whisker case for the kinds that follow from the faces of the layer.

./platingx exec python3 examples/growth_directions.py picture.png
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from mpi4py import MPI

from platingx.compat import geometry_nodes
from platingx.config.growth_direction import FROM_FACES
from platingx.config.loader import load_case
from platingx.physics.discretisation import discretise_mesh
from platingx.physics.growth_directions import growth_directions
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder

NANO = 1e-9
SPACING = 5.0  # nm between arrows, at least


def thinned(places: np.ndarray) -> np.ndarray:
    """Numbers of one place in each square of the spacing."""
    squares = np.floor(places / SPACING).astype(int)
    return np.unique(squares, axis=0, return_index=True)[1]


def main(picture: Path, refinement: str = "0.7") -> dict[str, np.ndarray]:
    """Draw the arrows of each kind beside each other, over the metal near the pit; gives the directions by kind."""
    found = {}
    figure, frames = plt.subplots(1, len(FROM_FACES), figsize=(9.5, 4.2), sharey=True, layout="constrained")
    for kind, frame in zip(FROM_FACES, frames, strict=True):
        case = load_case(
            shipped_cases_folder() / "whisker.yaml",
            [("growth.direction", kind), ("geometry.mesh.refinement", refinement)],
        )
        region = case.growth.region
        with TemporaryDirectory() as folder:
            parts = discretise_mesh(load_mesh(case, MPI.COMM_SELF, Path(folder) / "mesh.msh"))
        field = found[kind] = growth_directions(case, parts, region).reshape(-1, 3)
        geometry = parts.loaded.mesh.geometry
        corners = geometry.x[geometry_nodes(geometry)[parts.cells(region)]][:, :, :2]
        places = np.einsum("qg,cgi->cqi", parts.tables.geometry, corners).reshape(-1, 2) / NANO
        shown = thinned(places)
        frame.quiver(*places[shown].T, *field[shown, :2].T, angles="xy", scale=28, width=0.005, pivot="middle")
        frame.set(title=kind, xlabel="x (nm)", aspect="equal", xlim=(0.0, 150.0))
    frames[0].set_ylabel("y (nm)")
    figure.savefig(picture, dpi=130)
    plt.close(figure)
    return found


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or ["growth_directions.png"]))

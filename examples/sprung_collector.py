"""A model without a case file: lithium that grows between a rigid floor and a collector on a spring.

Mesh, materials, supports and loads are composed in Python. The collector is one global unknown, its lift, which the
nodes of the top follow; a spring holds it.

    ./platingx exec python3 examples/sprung_collector.py
"""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from platingx.config.materials import Material
from platingx.fields.constraints import Prescribed, Tied
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.materials.parameters import parameter_vector
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, solid_model
from platingx.problems.spring import Spring
from platingx_meshes.simple import Box, build_box

WIDTH, HEIGHT = 400e-9, 100e-9  # m
STIFFNESS = 4e9  # N/m for each metre of depth
RATE = 0.05  # growth of the volume in a second


def main(steps: int = 10, cells: int = 6) -> list[tuple[float, float, float]]:
    """Time (s), lift of the collector (m) and mean pressure on it (Pa) after each step."""
    mesh = discretise(build_box(Box(WIDTH, HEIGHT, cells, cells)))
    top = mesh.nodes("top")
    lift = GlobalUnknowns("lift", 1, MPI.COMM_WORLD)
    supports = [
        fix(mesh, "left", 0),  # a plane of symmetry
        fix(mesh, "bottom", 0),
        fix(mesh, "bottom", 1),
        Prescribed("top", top, 0),
        Tied("top", top, 1, "lift", np.ones((len(top), 1))),
    ]
    model = solid_model(
        mesh,
        {"li": parameter_vector(Material.model_validate("lithium_anand_narayan_2019"), 298.15)},
        supports,
        growth={"li": Growth(lambda time: 1.0 + RATE * time)},
        extra=[Spring("spring", lift, STIFFNESS)],
        fields=[lift],
    )
    rows = []
    for time in np.linspace(0.0, 1.0, steps + 1)[1:]:
        model.advance(float(time))
        rows.append((float(time), float(lift.values[0, 0]), STIFFNESS * float(lift.values[0, 0]) / WIDTH))
    return rows


if __name__ == "__main__":
    for time, height, pressure in main():
        print(f"{time:.2f} s: lift {1e9 * height:.3f} nm, pressure {pressure / 1e6:.2f} MPa")

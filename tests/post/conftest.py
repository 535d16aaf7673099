"""A run folder as a run leaves it, with made-up but plausible fields, for tests of figures and readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import basix.ufl
import numpy as np
import pytest
from dolfinx import mesh as dolfinx_mesh
from mpi4py import MPI

from platingx.compat import geometry_nodes
from platingx.post.field_writer import FieldWriter

DEPTH, HALF_WIDTH, LAYER = 37e-9, 40e-9, 100e-9
PLATE_HALF_WIDTH, PLATE_DEPTH, ARC = 800e-9, 1000e-9, 2400e-9
COMPONENTS = {
    "pressure": 1, "principal_stress_1": 1, "von_mises_stress": 1, "plastic_strain": 1, "growth_stretch": 1,
    "displacement": 2, "region": 1,
}  # fmt: skip


CASE = """name: {name}
geometry: {{symmetry: plane_strain}}
materials:
  li: {{role: metal, label: Li}}
  llzo: {{role: electrolyte, label: LLZO, fracture: {{theoretical_strength: 16100000000.0 Pa}}}}
growth: {{region: li}}
"""


def surface(x: np.ndarray) -> np.ndarray:
    """Height (m) of the electrolyte with its cosine pit."""
    return np.where(np.abs(x) < HALF_WIDTH, -DEPTH * np.cos(np.pi * x / (2 * HALF_WIDTH)) ** 2, 0.0)


def graded(start: float, end: float, first: float, parts: int) -> np.ndarray:
    """Places from start to end whose spacing grows from `first` geometrically."""
    length = end - start
    ratios = np.linspace(1.0001, 2.0, 20000)
    ratio = ratios[np.argmin(np.abs(first * (ratios**parts - 1) / (ratios - 1) - length))]
    places = (ratio ** np.arange(parts + 1) - 1) / (ratio**parts - 1)
    return start + length * places


def pit_mesh(refinement: int = 1):
    """Structured second-order quadrilaterals of the half model; cells of the metal first."""
    x = graded(0.0, PLATE_HALF_WIDTH, 2e-9 / refinement, 24 * refinement)
    x[np.argmin(np.abs(x - HALF_WIDTH))] = HALF_WIDTH
    levels = np.concatenate([-graded(0.0, 1.0, 0.004 / refinement, 14 * refinement)[::-1], np.linspace(0, 1, 6)[1:]])
    x, levels = with_middles(x), with_middles(levels)
    s, top = surface(x), LAYER + ARC - np.sqrt(ARC**2 - x**2)
    below = s + np.minimum(levels, 0)[:, None] * (s + PLATE_DEPTH)
    y = below + np.maximum(levels, 0)[:, None] * (top - s)
    nodes = np.stack([np.broadcast_to(x, y.shape), y], axis=-1).reshape(-1, 2)
    row = len(x)
    local = [(0, 0), (0, 2), (2, 0), (2, 2), (0, 1), (1, 0), (1, 2), (2, 1), (1, 1)]
    cells = [
        [(j + dj) * row + i + di for dj, di in local]
        for j in range(0, len(levels) - 2, 2)
        for i in range(0, row - 2, 2)
    ]
    element = basix.ufl.element("Lagrange", "quadrilateral", 2, shape=(2,))
    return dolfinx_mesh.create_mesh(MPI.COMM_SELF, cells=np.array(cells), e=element, x=nodes)


def with_middles(places: np.ndarray) -> np.ndarray:
    out = np.empty(2 * len(places) - 1)
    out[::2], out[1::2] = places, (places[1:] + places[:-1]) / 2
    return out


def fields_at(x: np.ndarray, share: float, peak_pressure: float) -> dict[str, np.ndarray]:
    """Fields at places (cells, nodes, 2) for a share of the dose between 0 and 1."""
    centre = x.mean(axis=1)
    metal = np.broadcast_to((centre[:, 1] > surface(centre[:, 0]))[:, None], x.shape[:2])
    across, height = x[..., 0], x[..., 1]
    distance = np.hypot(across, height + DEPTH)
    pressure = share * peak_pressure * (1 - 0.25 * (across / PLATE_HALF_WIDTH) ** 2)
    near_tip = np.exp(-(distance / 12e-9)) * 2.9 + 0.43 * np.exp(-distance / 150e-9)
    stress = share * peak_pressure * (near_tip - 0.25 * np.exp(-np.abs(height) / 200e-9) * (across > 60e-9))
    sink = -30e-9 * share * np.exp(-np.abs(height - surface(across)) / 500e-9)
    lift = np.stack([4e-9 * share * np.tanh(across / 300e-9), np.where(metal, sink * (1 - height / 2e-7), sink)], -1)
    zero = np.zeros(x.shape[:2])
    return {
        "pressure": np.where(metal, pressure, -stress / 3),
        "principal_stress_1": np.where(metal, -pressure, stress),
        "von_mises_stress": np.abs(stress),
        "plastic_strain": np.where(metal, 0.3 * share, zero),
        "growth_stretch": np.where(metal, 1 + 0.56 * share, 1 + zero),
        "displacement": lift,
        "region": np.where(metal, 0.0, 1.0),
    }


def write_run(
    folder: Path, name: str = "eruption", peak_pressure: float = 4.9e9, end: float = 20.97e-3, steps: int = 6
):
    """Write a run folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    mesh = pit_mesh()
    element = basix.ufl.element("Lagrange", "quadrilateral", 2)
    times = end * np.linspace(0, 1, steps) ** 1.3
    rows = ["step,time_s,dt_s,newton_iterations,residual,growth_stretch,current_density_A_per_m2,deposited_thickness_m,"
            "mean_pressure_li_Pa,max_pressure_li_Pa,max_principal_stress_llzo_Pa,collector_force_N_per_m"]  # fmt: skip
    with FieldWriter(folder / "fields.bp", mesh, COMPONENTS) as writer:
        table = element.tabulate(0, writer.node_points())[0]
        x = np.einsum("pn,cnd->cpd", table, mesh.geometry.x[geometry_nodes(mesh.geometry)][..., :2])
        for step, time in enumerate(times.tolist()):
            share = time / end
            values = fields_at(x, share, peak_pressure)
            writer.write(time, values)
            dt = float(time - times[max(step - 1, 0)])
            p, s = share * peak_pressure, values["principal_stress_1"][values["region"] == 1].max()
            rows.append(f"{step},{time!r},{dt!r},{0 if step == 0 else 3 + step % 2},1e-9,{1 + 0.56 * share},20000.0,"
                        f"{56e-9 * share},{0.9 * p},{p},{s},{p * 1.6e-6}")  # fmt: skip
    (folder / "history.csv").write_text("\n".join(rows) + "\n")
    (folder / "case.resolved.yaml").write_text(CASE.format(name=name))
    (folder / "summary.json").write_text(json.dumps({"outcome": "completed", "message": "", "quantities": {}}))
    (folder / "manifest.json").write_text(json.dumps({"ranks": 1}))
    return folder


@pytest.fixture(scope="session")
def make_run() -> Callable[..., Path]:
    """Function that writes a run folder."""
    return write_run


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder of a made-up eruption; not to be changed by a test."""
    return write_run(tmp_path_factory.mktemp("runs") / "eruption")

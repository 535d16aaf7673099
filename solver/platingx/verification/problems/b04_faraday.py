"""B04: the metal that is added is the metal that the charge pays for."""

from __future__ import annotations

from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.config.current import CurrentProgram
from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.materials.faraday import LayerGrowth
from platingx.physics.discretisation import discretise, fix
from platingx.physics.model import build_model
from platingx.physics.solid_model import Growth, solid_model
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import SIZE, strain_steps
from platingx.verification.models.vectors import LITHIUM, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM"]

MOLAR_VOLUME = 13.0e-6
SPEEDS = {
    "0.5 mA/cm^2": 0.67368,
    "4 mA/cm^2": 5.38942,
    "17 mA/cm^2": 22.905,
    "1.44 A/cm^2": 1940.19,
    "2 A/cm^2": 2694.71,
}
"""Speed of the plated face in nm/s, by current density, for 13.0 cm^3/mol."""

DIGITS = 3e-5
"""The numbers above have five digits."""

TABLE: dict[str, object] = {"table": [["0 s", "0 A/m^2"], ["1 ms", "4 A/cm^2"], ["2 ms", "-1 A/cm^2"]]}


def layer(current: str | dict[str, object], thickness: float = 1e-6) -> LayerGrowth:
    """Growth of a layer at a current density as a case gives it."""
    return LayerGrowth(CurrentProgram.read(current).charge, MOLAR_VOLUME, thickness)


def conversions() -> list[Row]:
    """Charge to thickness and back."""
    rows = [
        Row(
            current,
            "speed of growth",
            "nm/s",
            speed,
            layer(current).deposited_thickness(1.0) * 1e9,
            DIGITS,
            "i Vm / F",
            "arithmetic",
        )
        for current, speed in SPEEDS.items()
    ]
    hour = layer("1 mA/cm^2").deposited_thickness(3600.0)
    per_speed = layer("1 A/cm^2").deposited_thickness(1.0)
    rows += [
        Row("1 mAh/cm^2", "deposited thickness", "um", 4.8505, hour * 1e6, DIGITS, "Faraday's law", "arithmetic"),
        Row("14 um of lithium", "charge", "mAh/cm^2", 2.9, 14e-6 / hour, 0.02, "as printed, two digits", "arithmetic"),
        Row(
            "whisker at 1940 nm/s",
            "current density",
            "A/cm^2",
            1.44,
            1.94e-6 / per_speed,
            0.004,
            "Gao et al. 2022, Fig. 4 h",
            "arithmetic",
        ),
        Row(
            "2.20 um^3/s",
            "current",
            "nA",
            16.33,
            2.2e-18 / (per_speed * 1e-4) * 1e9,
            5e-4,
            "Faraday's law",
            "arithmetic",
        ),
    ]
    return rows


def added_by_a_case(symmetry: str, mesh_size: float) -> float:
    """Metal that the low-rate case has added after 1 ms, over the area that is plated times i Vm t / F.

    The layer has a curved top, a curved side and the pit below: its volume and its plated face come from the mesh.
    """
    overrides = [("geometry.symmetry", symmetry), ("geometry.mesh.refinement", f"{mesh_size:g}")]
    case = load_case(shipped_cases_folder() / "low_rate.yaml", overrides)
    model = build_model(case, load_mesh(case, MPI.COMM_SELF))
    time = 1e-3
    model.problem.begin(time, time, 0.0)
    solid = model.growing
    volumes = solid.region.stress_and_volumes(model.problem.displacement)[1].sum(axis=(0, 1))
    paid = model.interface_area * 40.0 * MOLAR_VOLUME * time / FARADAY
    return float((volumes[1] - volumes[0]) / paid)


def swelling_layer(
    model: str, current: str | dict[str, object], end: float, steps: int
) -> tuple[list[float], list[float]]:
    """Volume by which a free layer has really swollen, and what the charge has paid for, after each step."""
    growth = layer(current, SIZE)
    parts = discretise(build_box(Box(SIZE, SIZE, 3, 3, distortion=0.2)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 1)]
    body = solid_model(parts, {"li": vector()}, supports, model, {"li": Growth(growth.volume_ratio)})
    area = 3.141592653589793 * SIZE**2 if model == "axisymmetric" else SIZE
    swollen, paid = [], []
    for share in strain_steps((1.0,), 1.0 / steps, 1.0 / steps):
        body.advance(share * end)
        volumes = body.region().stress_and_volumes(body.problem.displacement)[1].sum(axis=(0, 1))
        swollen.append(float(volumes[2] - volumes[0]))
        paid.append(area * growth.deposited_thickness(share * end))
    return swollen, paid


def run(effort: Effort) -> Outcome:
    """Convert, and weigh what finite elements add."""
    refinement = 0.5 if effort == "coarse" else 1.0
    rows = conversions()
    for symmetry in ("plane_strain", "axisymmetric"):
        label = symmetry.replace("_", " ")
        rows.append(
            Row(
                f"low_rate.yaml, {label}",
                "grown volume added over I Vm t / F",
                "",
                1.0,
                added_by_a_case(symmetry, refinement),
                1e-6,
                "Faraday's law",
                "exact",
            )
        )
        swollen, paid = swelling_layer(symmetry, "4 mA/cm^2", 1e-3, 2)
        rows.append(
            Row(
                f"free layer, {label}, 1 ms at 4 mA/cm^2",
                "volume swollen over I Vm t / F",
                "",
                1.0,
                swollen[-1] / paid[-1],
                1e-6,
                "Faraday's law",
                "exact",
            )
        )
    swollen, paid = swelling_layer("plane_strain", TABLE, 2e-3, 20)
    worst = max((got / right - 1.0 for got, right in zip(swollen, paid, strict=True)), key=abs)
    rows.append(
        Row(
            "free layer, current from 0 to 4 and to -1 A/cm^2",
            "volume swollen over paid, minus 1, worst step",
            "",
            0.0,
            worst,
            1e-6,
            "charge of the current table",
            "exact",
            absolute=True,
        )
    )
    picture = Picture("charge", CAPTION, lambda figure: draw(figure, swollen, paid), (4.6, 3.0))
    return Outcome(
        tuple(rows), (), (picture,), input=INPUT.format(refinement=refinement), unverified=unverified_of(LITHIUM)
    )


def draw(figure: Figure, swollen: list[float], paid: list[float]) -> None:
    """Thickness swollen and paid against time."""
    axes = figure.subplots()
    times = [2.0 * (step + 1) / len(paid) for step in range(len(paid))]
    axes.plot(times, [value / SIZE * 1e9 for value in paid], color=COLOURS[0], label="i Vm t / F")
    axes.plot(
        times,
        [value / SIZE * 1e9 for value in swollen],
        "o",
        color=COLOURS[1],
        markersize=4,
        fillstyle="none",
        label="swelling of the elements",
    )
    axes.set_xlabel("Time (ms)")
    axes.set_ylabel("Deposited thickness (nm)")
    axes.legend()


CAPTION = "A free layer of 1 µm under a current that rises to 4 A/cm² in 1 ms and falls to -1 A/cm² in another."

INPUT = """molar volume 13.0 cm^3/mol (lithium_anand_narayan_2019)
cases/low_rate.yaml at 1 ms, geometry.mesh.refinement {refinement:g}, plane strain and axisymmetric
free layer: 3 x 3 distorted quadrilaterals, edge 1 um, smooth walls, free top, growth along the normal"""

PROBLEM = Problem(
    name="b04-faraday",
    title="B04 Faraday's law",
    part="verification",
    statement=r"""A current density $i$ deposits metal of the thickness $d = \frac{V_m}{F} \int i \, dt$, with $F =
96485.33$ C/mol and $V_m = 13.0$ cm³/mol. The layer that takes it up grows by $J_g = 1 + d/h$, with $h$ its volume
over the plated face. So the volume that the finite elements add is $I V_m t / F$, whatever the shape of the layer:
as grown volume in a case with a pit, a curved collector and a meniscus, and as real swelling of a free layer.""",
    sources=("Faraday's law", "L. Gao et al., Nature Communications 13 (2022), for 1.44 A/cm²"),
    run=run,
    minutes=0.1,
)

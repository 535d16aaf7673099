"""Time of a quadrature point in the element kernel and in the constitutive update, beside what bounds it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from platingx.benchmarks.measurement import ALL, Collector, Context, Row, measure
from platingx.benchmarks.models import ELEMENTS, STATES, State, next_step, pressed_body
from platingx.benchmarks.operations import (
    ElementSize,
    bytes_moved,
    kernel_operations,
    state_bytes,
    update_operations,
)
from platingx.fields.solid_region import SolidRegion
from platingx.materials.compiled import compiled
from platingx.materials.layout import UNSTRAINED
from platingx.materials.point import update_point
from platingx.verification.models.solid import SolidModel

__all__ = ["run"]

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CELLS = {"quad9": 60, "triangle": 45, "hex27": 7, "tet15": 8}
QUICK_CELLS = 2
NANO = 1e-9
SHEAR = 1e-4  # of the deformation gradients of the constitutive update alone: no axis is an eigenvector


@compiled
def _update_points(
    parameters: Array,
    gradients: Array,
    inverse_plastic: Array,
    resistance: Array,
    dt: float,
    rows: IntArray,
    columns: IntArray,
    stress: Array,
    tangent: Array,
    new: Array,
) -> float:
    """Constitutive update of many points, one after the other; the sum keeps the compiler from leaving work out."""
    total = 0.0
    for q in range(gradients.shape[0]):
        rate, changed, _ = update_point(
            parameters, gradients[q], inverse_plastic[q], resistance[q], dt, rows, columns, stress, tangent, new[q]
        )
        total += rate + changed + stress[0, 0] + tangent[0, 0]
    return total


def run(context: Context) -> list[Row]:
    """Measure every element, with elastic and with flowing metal; each rank has a body of its own. Collective."""
    collector = context.collector("kernel")
    for element in ELEMENTS:
        for state in STATES:
            context.say(f"    {element}, {state}")
            _measure_element(context, collector, element, state)
            collector.save()
    return collector.rows


def _measure_element(context: Context, collector: Collector, element: str, state: State) -> None:
    bounds = context.references
    cells = QUICK_CELLS if context.quick else CELLS[element]
    model = pressed_body(ELEMENTS[element], cells, state, MPI.COMM_SELF, "direct")
    dt = next_step(model)
    region, plastic = model.region("li"), state == "flowing"
    size = ElementSize(
        region.geometry.nodes.shape[1], region.geometry.corners.shape[1], region.geometry.corners.shape[2],
        region.theta.shape[1], region.growth.shape[1],
    )  # fmt: skip
    subject = f"{element}, {state}"
    kernel = (kernel_operations(size, plastic), state_bytes(plastic))
    rows = _one(context, collector, (subject, "element kernel"), region, _kernel_of(model, dt), kernel)
    moved = bytes_moved(size, plastic)
    per_point = collector.add(subject, region.growth.size, "element kernel, bytes of all arrays", "B", [moved])
    at_bandwidth = per_point.per(bounds.bandwidth * NANO, "element kernel, all arrays at measured bandwidth", "ns")
    collector.ratio(
        subject, region.growth.size, "element kernel over all arrays at bandwidth", rows, collector.keep(at_bandwidth)
    )
    update = (update_operations(size.components, plastic), state_bytes(plastic))
    _one(context, collector, (subject, "constitutive update"), region, _update_of(region, dt), update)


def _one(
    context: Context,
    collector: Collector,
    names: tuple[str, str],
    region: SolidRegion,
    work: Callable[[], object],
    needs: tuple[float, float],
) -> Row:
    """Measure work on all points of a region and set it beside its bounds; the time of a point in ns.

    Parameters
    ----------
    context, collector
        As everywhere here.
    names
        Subject, and what is measured.
    region
        The region.
    work
        What is measured.
    needs
        Operations and bytes of a point.
    """
    bounds = context.references
    (subject, what), points = names, region.growth.size
    operations, state = needs
    measured = measure(context.comm, work, context.repeats)
    per_point = [wall / points / NANO for wall in measured.wall[ALL]]
    time = collector.add(subject, points, f"{what}, time of a point", "ns", per_point, measured.warm_ups)
    cpu = [cpu / context.comm.size / points / NANO for cpu in measured.cpu[ALL]]
    collector.add(subject, points, f"{what}, CPU time of a point", "ns", cpu, measured.warm_ups)
    arithmetic = collector.add(subject, points, f"{what}, operations of a point", "1", [operations])
    memory = collector.add(subject, points, f"{what}, bytes of the state", "B", [state])
    slowest = [
        collector.keep(arithmetic.per(bounds.arithmetic * NANO, f"{what}, operations at measured rate", "ns")),
        collector.keep(memory.per(bounds.bandwidth * NANO, f"{what}, state at measured bandwidth", "ns")),
    ]
    bound = max(slowest, key=lambda row: row.median)
    collector.ratio(subject, points, f"{what} over the larger bound", time, bound)
    return time


def _kernel_of(model: SolidModel, dt: float) -> Callable[[], object]:
    """Evaluation of the metal of a body."""
    region, problem = model.region("li"), model.problem
    forces = problem.forces
    return lambda: region.assemble(problem.displacement, dt, forces.internal, forces.condensed, forces.magnitude)


def _update_of(region: SolidRegion, dt: float) -> Callable[[], object]:
    """Constitutive update of as many points as a region has, growing like it, from its state."""
    points, up = region.growth.size, region.geometry.corners.shape[2] - 1
    gradients = np.tile(np.eye(3), (points, 1, 1))
    gradients[:, up, up] = 1.0 / region.growth.ravel()
    gradients += SHEAR * np.random.default_rng(1).uniform(-1.0, 1.0, gradients.shape)
    if region.is_plastic:
        old, resistance = region.old.inverse_plastic.reshape(points, 6), region.old.resistance.reshape(points)
    else:
        old, resistance = np.tile(UNSTRAINED, (points, 1)), np.zeros(points)
    rows, columns = region.tables.rows, region.tables.columns
    stress, tangent, new = np.empty((3, 3)), np.empty((len(rows), len(rows))), np.empty((points, 6))
    return lambda: _update_points(
        region.parameters, gradients, old, resistance, dt, rows, columns, stress, tangent, new
    )

"""Time of a quadrature point in the element kernel and in the constitutive update, beside what bounds it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from mpi4py import MPI
from scipy.stats import binom

from platingx.arrays import Array, IntArray
from platingx.fields.solid_region import SolidRegion
from platingx.materials.compiled import njit_strict
from platingx.materials.lanes import LANES
from platingx.materials.layout import UNSTRAINED
from platingx.materials.point import PointBatch, new_point_batch, update_points
from platingx.physics.solid_model import SolidModel
from platingx_benchmarks.measurement import ALL, Collector, Context, Row, measure
from platingx_benchmarks.models import ELEMENTS, STATES, State, next_step, pressed_body
from platingx_benchmarks.operations import (
    ElementSize,
    Operations,
    bytes_moved,
    kernel_operations,
    state_bytes,
    update_operations,
)
from platingx_benchmarks.rates import Rates, measure_rates

__all__ = ["OWN_GROWTH", "OWN_GROWTH_INTERVAL", "interval_of_median", "run"]


CELLS = {"quad9": 60, "triangle": 45, "hex27": 7, "tet15": 8}
QUICK_CELLS = 2
NANO = 1e-9
OWN_GROWTH = "element kernel, Jg of each point over the same at all"
OWN_GROWTH_INTERVAL = f"{OWN_GROWTH}, 95 % interval of its median"
BLOCKS = 101
SHEAR = 1e-4  # of the deformation gradients of the constitutive update alone: no axis is an eigenvector


@njit_strict
def _update_batches(
    parameters: Array,
    gradients: Array,
    inverse_plastic: Array,
    resistance: Array,
    dt: float,
    rows: IntArray,
    columns: IntArray,
    batch: PointBatch,
) -> float:
    """Constitutive update of many batches, one after the other; the sum keeps the compiler from leaving work out.

    Shapes of the points: gradients (batches, 9 LANES), Cp^-1 (batches, 6 LANES), resistance (batches, LANES).
    """
    total = 0.0
    for k in range(gradients.shape[0]):
        batch.f[:] = gradients[k]
        batch.inverse_plastic[:] = inverse_plastic[k]
        batch.resistance[:] = resistance[k]
        update_points(parameters, dt, rows, columns, batch)
        total += batch.rate[0] + batch.resistance[0] + batch.stress[0] + batch.tangent[0, 0, 0]
    return total


def _batches(values: Array) -> Array:
    """Values of points, shape (points, components), in batches, shape (batches, components * LANES)."""
    whole: Array = np.ascontiguousarray(np.swapaxes(values.reshape(-1, LANES, values.shape[1]), 1, 2))
    return whole.reshape(len(whole), -1)


def run(context: Context) -> list[Row]:
    """Measure every element, with elastic and with flowing metal; each rank has a body of its own. Collective."""
    collector = context.collector("kernel")
    rates = measure_rates(context.comm, context.repeats, context.quick)
    for element in ELEMENTS:
        for state in STATES:
            context.say(f"    {element}, {state}")
            _measure_element(context, collector, rates, element, state)
            collector.save()
    return collector.rows


def _measure_element(context: Context, collector: Collector, rates: Rates, element: str, state: State) -> None:
    bounds = context.references
    cells = QUICK_CELLS if context.quick else CELLS[element]
    model = pressed_body(ELEMENTS[element], cells, state, MPI.COMM_SELF, "direct")
    dt = next_step(model)
    region, plastic = model.region("li"), state == "flowing"
    size = ElementSize(
        region.geometry.nodes.shape[1], region.geometry.coordinates.shape[1], region.geometry.coordinates.shape[2],
        region.theta.shape[1], region.growth.shape[1],
    )  # fmt: skip
    subject = f"{element}, {state}"
    kernel = (kernel_operations(size, plastic), state_bytes(plastic))
    rows = _one(
        context, collector, rates, (subject, "element kernel"), region.growth.size, _kernel_of(model, dt), kernel
    )
    moved = bytes_moved(size, plastic)
    per_point = collector.add(subject, region.growth.size, "element kernel, bytes of all arrays", "B", [moved])
    at_bandwidth = per_point.per(bounds.bandwidth * NANO, "element kernel, all arrays at measured bandwidth", "ns")
    collector.ratio(
        subject, region.growth.size, "element kernel over all arrays at bandwidth", rows, collector.keep(at_bandwidth)
    )
    ratios = _growth_ratios(region, _kernel_of(model, dt), 5 if context.quick else BLOCKS)
    collector.add(subject, region.growth.size, OWN_GROWTH, "1", ratios)
    collector.add(subject, region.growth.size, OWN_GROWTH_INTERVAL, "1", interval_of_median(ratios))
    needs = (update_operations(size.components, plastic), state_bytes(plastic))
    work, points = _update_of(region, dt)
    _one(context, collector, rates, (subject, "constitutive update"), points, work, needs)


def _one(
    context: Context,
    collector: Collector,
    rates: Rates,
    names: tuple[str, str],
    points: int,
    work: Callable[[], object],
    needs: tuple[Operations, float],
) -> Row:
    """Measure work on points and set it beside its bounds; the time of a point in ns.

    Parameters
    ----------
    context, collector
        As everywhere here.
    rates
        Of the three kinds of operations.
    names
        Subject, and what is measured.
    points
        How many points it treats.
    work
        What is measured.
    needs
        Operations and bytes of a point.
    """
    bounds = context.references
    subject, what = names
    operations, state = needs
    measured = measure(context.comm, work, context.repeats)
    per_point = [wall / points / NANO for wall in measured.wall[ALL]]
    time = collector.add(subject, points, f"{what}, time of a point", "ns", per_point, measured.warm_ups)
    cpu = [cpu / context.comm.size / points / NANO for cpu in measured.cpu[ALL]]
    collector.add(subject, points, f"{what}, CPU time of a point", "ns", cpu, measured.warm_ups)
    kinds = (("sums and products", "sums"), ("divisions and roots", "divisions"), ("elementary functions", "functions"))
    for name, kind in kinds:
        collector.add(subject, points, f"{what}, {name} of a point", "1", [getattr(operations, kind)])
        collector.add(subject, points, f"{what}, rate of {name}", "1/s", [getattr(rates, kind)])
    memory = collector.add(subject, points, f"{what}, bytes of the state", "B", [state])
    slowest = [
        collector.add(
            subject, points, f"{what}, operations at measured rate", "ns", [rates.seconds(operations) / NANO]
        ),
        collector.keep(memory.per(bounds.bandwidth * NANO, f"{what}, state at measured bandwidth", "ns")),
    ]
    bound = max(slowest, key=lambda row: row.median)
    collector.ratio(subject, points, f"{what} over the larger bound", time, bound)
    return time


def _kernel_of(model: SolidModel, dt: float) -> Callable[[], object]:
    """Evaluation of the metal of a body."""
    region, problem = model.region("li"), model.problem
    forces = problem.forces
    return lambda: region.assemble(problem.displacement, dt, forces.internal, forces.condensed, forces.force_scale)


def _growth_ratios(region: SolidRegion, kernel: Callable[[], object], blocks: int) -> list[float]:
    """Processor time with a growth of its own at each point over that with the same at all, of each block.

    A block has four calls in turn, the second two in the order of a mirror, on one processor: what drifts, and what
    other programs do to the caches, falls on both alike.
    """
    uniform = region.growth.copy()
    varied = uniform * (1.0 + 1e-3 * np.random.default_rng(2).uniform(-1.0, 1.0, uniform.shape))

    def spent(values: Array) -> float:
        region.growth[...] = values
        before = time.process_time()
        kernel()
        return time.process_time() - before

    ratios = []
    with _on_one_processor():
        for number in range(blocks + 1):
            inner, outer = (uniform, varied) if number % 2 else (varied, uniform)
            first, second, third, last = (spent(values) for values in (outer, inner, inner, outer))
            ratio = (second + third) / (first + last)
            if number:
                ratios.append(ratio if inner is varied else 1.0 / ratio)
    region.growth[...] = uniform
    return ratios


def interval_of_median(samples: Sequence[float]) -> tuple[float, float]:
    """Ends of the interval that holds the median with 95 % of probability, from the order of the samples alone."""
    ordered = sorted(samples)
    low = max(int(binom.ppf(0.025, len(ordered), 0.5)) - 1, 0)
    return ordered[low], ordered[len(ordered) - 1 - low]


@contextmanager
def _on_one_processor() -> Iterator[None]:
    """Keep this process on one of its processors meanwhile, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _update_of(region: SolidRegion, dt: float) -> tuple[Callable[[], object], int]:
    """Constitutive update of batches of points that grow like a region, from its state, and how many points it is."""
    up = region.geometry.coordinates.shape[2] - 1
    points = -(-region.growth.size // LANES) * LANES
    which = np.arange(points) % region.growth.size
    gradients = np.tile(np.eye(3), (points, 1, 1))
    gradients[:, up, up] = 1.0 / region.growth.ravel()[which]
    gradients += SHEAR * np.random.default_rng(1).uniform(-1.0, 1.0, gradients.shape)
    old, resistance = np.tile(UNSTRAINED, (points, 1)), np.zeros((points, 1))
    if region.is_plastic:
        old, resistance = region.old.inverse_plastic.reshape(-1, 6)[which], region.old.resistance.reshape(-1, 1)[which]
    arrays = _batches(gradients.reshape(points, 9)), _batches(old), _batches(resistance)
    rows, columns = region.tables.rows, region.tables.columns
    batch = new_point_batch(len(rows))
    return (lambda: _update_batches(region.parameters, *arrays, dt, rows, columns, batch)), points

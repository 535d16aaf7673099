"""Growth of the plated region of a case: its amount, and the layer that the amount is spread over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.current_points import StepPoints
from platingx.config.loader import case_error_at
from platingx.constants import FARADAY
from platingx.errors import CaseError, MeshError
from platingx.fields.growth_columns import GrowthColumns
from platingx.fields.measure import face_area
from platingx.fields.point_data import GROWTH, PointArray
from platingx.fields.solid_region import SolidRegion
from platingx.materials.faraday import GrowthAmount, LayerGrowth
from platingx.physics.column_growth import ColumnGrowth
from platingx.physics.column_rows import ColumnRows
from platingx.physics.columns import build_columns, build_rows, refuse_columns
from platingx.physics.deposit import Deposit
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.growth import PrescribedGrowth
from platingx.problems.solid import Solid
from platingx.stepping.step_limits import CurrentChange, GrowthIncrement, StepLimit

__all__ = ["PlatedLayer", "build_growth", "growth_exponents"]

STRESS_FREE, PRESENT = 1, 2
"""Places of volumes in the totals of a region, behind that of the mesh."""
SMALLEST_SHARE = 0.1
"""Share of the largest current of a case below which its relative changes are not resolved."""


@dataclass(frozen=True, kw_only=True)
class PlatedLayer(Part):
    """The layer that grows.

    Attributes
    ----------
    growth
        Its growth as a function of time.
    interface_area
        Area that is plated on, m2 (m in plane strain).
    step_points
        Points of the current at which steps end.
    columns
        What the deposit is put into; None where it is spread evenly.
    """

    growth: GrowthAmount
    interface_area: float
    step_points: StepPoints
    columns: GrowthColumns | None = None


def growth_exponents(case: Case) -> Array:
    """Exponents of Jg along the fibre, across it, and out of plane, shape (3,)."""
    return np.array(case.growth.mode.alpha, dtype=float)


def build_growth(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> PlatedLayer:
    """Growth of the plated region. Collective.

    Raises
    ------
    MeshError
        If the interface does not touch the region.
    CaseError
        If the current grows or strips more metal than the mesh can take.
    """
    solid = next(c for c in parts["solids"].contributions if isinstance(c, Solid) and _grows(case, c.region))
    molar_volume, thickness, area = _layer(case, discretisation, solid.region)
    array = discretisation.points.get(solid.name, GROWTH)
    diffuses = case.interface_diffusion is not None
    columns = _columns(case, discretisation, solid.region, area, array)
    if diffuses:
        array.claim("interface diffusion")  # which adds metal at the face, or what it leaves to the columns
    given = bool(array.owner)  # by another part
    rows = None
    if columns is not None and case.electrochemistry is not None:
        left = float(case.electrochemistry.electrode.spent_below)
        rows = build_rows(case, discretisation, solid.region, columns, left)
    current, growth = _growth(case, array, molar_volume, thickness, columns, rows)
    known = None if given or isinstance(growth, Deposit) else PrescribedGrowth(array, _ratios(growth, columns))
    points = case.layer.step_points(growth.thickness)
    return PlatedLayer(
        name="growth",
        states=() if known is None else (known,),
        step_limits=_step_limits(case, growth, points, columns),
        quantities=(
            *_quantities(
                growth, area, solid.region, current, known, even=columns is None and not given, diffuses=diffuses
            ),
            *(() if diffuses else _column_quantities(growth, columns, known)),
        ),
        growth=growth,
        interface_area=area,
        step_points=points,
        columns=columns,
    )


def _columns(
    case: Case, discretisation: Discretisation, region: SolidRegion, area: float, array: PointArray
) -> GrowthColumns | None:
    """Columns of a case that puts its deposit into them. Collective."""
    if case.growth.spread == "even":
        return None
    if array.owner:
        raise CaseError(f"growth.spread: columns: the growth is that of {array.owner}, which spreads it by itself")
    columns = build_columns(case, discretisation, region, area)
    findings = list(case.layer.findings(float(columns.heights.min())))
    if findings:
        return refuse_columns(case, columns, findings[0])
    return columns


def _ratios(growth: GrowthAmount, columns: GrowthColumns | None) -> Callable[[float], Array | float]:
    """Jg as a function of time, at the quadrature points, or the same at all of them."""
    if columns is None:
        return growth.volume_ratio
    slopes = columns.at_points(np.asarray(1.0 / columns.heights, dtype=np.float64))
    return lambda time: 1.0 + growth.deposited_thickness(time) * slopes


def _growth(
    case: Case,
    array: PointArray,
    molar_volume: float,
    thickness: float,
    columns: GrowthColumns | None,
    rows: ColumnRows | None,
) -> tuple[Callable[[float], float], GrowthAmount]:
    """Current density (A/m2) as a function of time, and how much grows by it."""
    program = case.growth.current_density
    if program is None:
        by_columns = None if columns is None else ColumnGrowth(columns, molar_volume, rows)
        try:
            deposit = Deposit(array, molar_volume, thickness, by_columns)
        except ValueError as error:
            raise CaseError(f"the circuit of electrochemistry cannot drive the growth: {error}") from None
        return (lambda _time: deposit.current), deposit
    turns = program.turning_times(float(case.time.end))
    return program.before, LayerGrowth(program.charge, molar_volume, thickness, turns)


def _step_limits(
    case: Case, growth: GrowthAmount, points: StepPoints, columns: GrowthColumns | None
) -> tuple[StepLimit, ...]:
    time, program = case.time, case.growth.current_density
    increment, smallest = float(time.maximum_growth_increment), float(time.minimum_step)
    if program is None:
        return (GrowthIncrement(growth.variation, increment, smallest, known=False),)
    largest = max(map(abs, program.values))
    fastest = growth
    if columns is not None and isinstance(growth, LayerGrowth):
        fastest = replace(growth, thickness=float(columns.heights.min()))
    return (
        GrowthIncrement(fastest.variation, increment, smallest),
        CurrentChange(
            points.pieces,
            float(time.maximum_current_change),
            SMALLEST_SHARE * largest,
            case.layer.charge_tolerance(growth.thickness),
        ),
    )


def _column_quantities(
    growth: GrowthAmount, columns: GrowthColumns | None, known: PrescribedGrowth | None
) -> tuple[Quantity, ...]:
    """What is reported of the columns."""
    if columns is None:
        return ()

    def ratios(state: ConvergedState) -> Array:
        if isinstance(growth, Deposit) and growth.columns is not None:
            return growth.columns.ratios
        drawn = 0.0 if known is None else known.drawn
        return 1.0 + growth.deposited_thickness(state.time) / columns.heights - drawn

    rows = growth.columns.rows if isinstance(growth, Deposit) and growth.columns is not None else None
    behind = (
        ()
        if rows is None
        else (reported("left_behind_thickness", lambda state: rows.left_behind(ratios(state)) / columns.areas.sum()),)
    )
    return (
        *behind,
        reported("lowest_column_ratio", lambda state: float(ratios(state).min())),
        reported("highest_column_ratio", lambda state: float(ratios(state).max())),
    )


def _quantities(
    growth: GrowthAmount,
    area: float,
    region: SolidRegion,
    current: Callable[[float], float],
    known: PrescribedGrowth | None,
    *,
    even: bool,
    diffuses: bool,
) -> tuple[Quantity, ...]:
    """What is reported of the layer, of an area in m2, under a current density in A/m2.

    A growth that is not even is that of the mean over the region. With diffusion it reports what was added. What has
    left for cracks counts as added, but takes up no volume of the region.
    """
    name, exponent = region.name, float(region.growth_exponents[0])

    def drawn() -> float:
        return 0.0 if known is None else known.drawn

    def over_deposit(state: ConvergedState, volume: int) -> float:
        """Change of a volume over that of the stress-free deposit; 1 without any.

        Once metal has been stripped after plating, or the other way round, the difference from 1 is that over all that
        was plated and stripped: what is left of both may be next to nothing, and a ratio to it would say nothing.
        """
        totals, deposited = state.totals(name), growth.deposited_thickness(state.time)
        change, moved = float(totals[volume] - totals[0]), growth.turnover(state.time)
        if volume == STRESS_FREE:
            change += drawn() * float(totals[0])
        if moved > abs(deposited):
            return 1.0 + (change - deposited * area) / (moved * area)
        return change / (deposited * area) if deposited != 0.0 else 1.0

    def stretch(state: ConvergedState) -> float:
        totals = state.totals(name)
        ratio = growth.volume_ratio(state.time) - drawn() if even else totals[STRESS_FREE] / totals[0]
        return float(ratio) ** exponent

    layer = (
        reported("deposited_volume_ratio", lambda state: over_deposit(state, STRESS_FREE)),
        reported("occupied_volume_ratio", lambda state: over_deposit(state, PRESENT)),
    )
    return (
        reported("growth_stretch", stretch),
        reported("current_density", lambda state: current(state.time)),
        reported("deposited_thickness", lambda state: growth.deposited_thickness(state.time)),
        reported("deposition_rate", lambda state: current(state.time) * growth.molar_volume / FARADAY),
        reported("mean_pressure", lambda state: float(state.totals(name)[3] / state.totals(name)[2]), name),
        *(() if diffuses else layer),
    )


def _grows(case: Case, region: SolidRegion) -> bool:
    return region.name == case.growth.region


def _layer(case: Case, discretisation: Discretisation, region: SolidRegion) -> tuple[float, float, float]:
    """Molar volume (m3/mol), thickness of the layer (m) and area that is plated on (m2; m in plane strain)."""
    material = case.materials[case.growth.region]
    if material.molar_volume is None:
        raise CaseError(f"the growing region '{case.growth.region}' has no molar_volume")
    domain = discretisation.loaded.mesh
    facets = discretisation.facets(case.growth.interface)
    area = face_area(domain, region.cells, facets, case.geometry.symmetry == "axisymmetric")
    if area <= 0.0:
        raise MeshError(
            f"the boundary '{case.growth.interface}' does not touch the region "
            f"'{case.growth.region}', so nothing can be plated there"
        )
    thickness = case.growth.thickness
    if isinstance(thickness, str):
        thickness = _volume(discretisation, region) / area
        findings = list(case.layer.findings(float(thickness)))
        if findings:
            raise case_error_at(case, findings[0])
    return float(material.molar_volume), float(thickness), area


def _volume(discretisation: Discretisation, region: SolidRegion) -> float:
    """Reference volume of a region over all ranks."""
    domain = discretisation.loaded.mesh
    nodes = int(region.geometry.nodes.max(initial=0)) + 1
    volumes = region.stress_and_volumes(np.zeros((nodes, domain.geometry.dim)))[1]
    return float(domain.comm.allreduce(float(volumes[..., 0].sum()), MPI.SUM))

"""Cross-code: CalculiX, given our decks, finds what we find on the same meshes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.compat import geometry_degree
from platingx.config.loader import load_case
from platingx.exchange.calculix import calculix_deck
from platingx.exchange.calculix_deck import Deck, DeckGrowth, DeckMaterial, DeckStep, NortonCreep
from platingx.exchange.calculix_laws import growth_expansion
from platingx.fields.tables import build_tables
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.model import build_model
from platingx.physics.solid_model import FIBRE, Growth, SolidModel, solid_model
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.drawing import COLOURS
from platingx.verification.models.calculix import SideBySide, held, missing_program, run_deck, side_by_side, von_mises
from platingx.verification.models.vectors import norton
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes import Electrolyte, MeshSize, PitPlate, build_pit_plate, pit_profile
from platingx_meshes.simple import Box, CooksMembrane, build_box, build_cooks_membrane

__all__ = ["PROBLEM"]


NM = 1e-9
TIP = 0.1
"""Size of the elements at the tip over its radius, at refinement 1. A quadratic element has a stress error of order
(size/radius)^2 there; that is the tolerance of what is taken at the tip."""
ELASTIC_GROWTH, CREEP_GROWTH = 1e-4, 1e-3
"""Jg - 1: the finite-strain terms, which CalculiX is told to leave out, are of this relative order."""
CREEP_LAW = {"law": "norton", "reference_rate": "0.02 1/s", "reference_stress": "1 MPa", "stress_exponent": 6.6}
YOUNG, POISSON, RATE, STRESS, EXPONENT = 7.81e9, 0.38, 0.02, 1e6, 6.6
COOK = {1 / 3: (22.540, 21.500), 0.4999: (19.321, 18.436)}
PIT = {"clamped": 2.620, "free": 4.641}


def run(effort: Effort) -> Outcome:
    """Run both codes."""
    versions: set[str] = set()
    rows = [*pit_rows(effort, versions), *cook_rows(effort, versions), *slab_rows(versions)]
    more, below_tip = eruption_rows("elastic", ELASTIC_GROWTH, {"law": "none"}, 1, effort, versions)
    rows += more
    if effort == "full":
        more, below_tip = eruption_rows("creeping", CREEP_GROWTH, CREEP_LAW, 100, effort, versions)
        rows += more
    picture = Picture("below_tip", CAPTION, lambda figure: draw(figure, below_tip), (5.2, 3.4))
    notes = (f"CalculiX {', '.join(sorted(versions))}.", *NOTES)
    return Outcome(tuple(rows), pictures=(picture,), notes=notes, input=INPUT)


def refinement_of(effort: Effort) -> float:
    """Refinement of the meshes with a pit."""
    return 1.0 if effort == "full" else 0.5


def both(label: str, quantity: str, unit: str, pair: tuple[float, float], tolerance: float | None) -> Row:
    """Build a row of theirs (expected) and ours (computed)."""
    return Row(label, quantity, unit, pair[0], pair[1], tolerance, "CalculiX, same mesh", "independent")


# --- the eruption case at small growth


def eruption_rows(
    name: str, growth: float, law: Mapping[str, object], steps: int, effort: Effort, versions: set[str]
) -> tuple[list[Row], SideBySide]:
    """Growth in the closed gap of the eruption case, as exported, by Jg - 1 in some steps of ours; and the ceramic.

    At the rate of growth of the case, 19 1/s, the creeping metal relaxes within a growth of 5e-4: 100 steps are 47 for
    each time of relaxation, and backward Euler errs by half of 1/47 at most. CalculiX is held to the same increments.
    """
    refinement = refinement_of(effort)
    case = load_case(shipped_cases_folder() / "eruption.yaml").with_values(
        {
            "materials.li.elasticity": {"pressure_law": "hencky_kirchhoff"},
            "materials.li.viscoplasticity": law,
            "geometry.mesh.tip_fraction": TIP,
            "geometry.mesh.refinement": refinement,
            "time.end": f"{growth / 1.91e1!r} s",
        }
    )
    deck = calculix_deck(case, small_strain=True)
    deck = replace(deck, step=replace(deck.step, maximum=deck.step.end / steps))
    model = build_model(case, load_mesh(case, MPI.COMM_SELF))
    domain = model.loaded.mesh
    tables = build_tables(domain.topology.cell_name(), geometry_degree(domain))
    ours = SolidModel(Discretisation(model.loaded, model.space, tables), model.solids, model.problem, [])
    ours.march([float(case.time.end) * number / steps for number in range(1, steps + 1)])
    run = run_deck(deck)
    versions.add(run.version)
    li, llzo = (side_by_side(run, ours, region) for region in ("li", "llzo"))
    label = f"eruption.yaml, {name} lithium, Jg - 1 = {model.growth.volume_ratio(float(case.time.end)) - 1.0:.3g}"
    at_tip = (TIP / refinement) ** 2
    rows = [
        both(label, "mean pressure in li", "MPa", _mpa(li.mean_pressure()), at_tip),
        both(label, "largest principal stress in llzo", "MPa", _mpa(llzo.largest_principal()), at_tip),
    ]
    if name != "elastic":
        rows.append(both(label, "mean von Mises stress in li", "MPa", _mpa(li.mean_von_mises()), at_tip))
    return [*rows, *(_distance(label, region, sides) for region, sides in (("li", li), ("llzo", llzo)))], llzo


def draw(figure: Figure, ceramic: SideBySide) -> None:
    """Largest principal stress at the integration points next to the symmetry plane, against their depth."""
    axes = figure.subplots()
    near = (ceramic.places[:, 0] < 3 * NM) & (ceramic.places[:, 1] > -200 * NM)
    depth = -ceramic.places[near, 1] / NM
    theirs, ours = (stress[near] / 1e6 for stress in ceramic.principal())
    axes.plot(depth, theirs, "o", color=COLOURS[0], fillstyle="none", label="CalculiX")
    axes.plot(depth, ours, "x", color=COLOURS[1], markersize=4, label="platingx")
    axes.set_xlabel("Depth (nm)")
    axes.set_ylabel("Largest principal stress (MPa)")
    axes.legend()


def _distance(label: str, region: str, sides: SideBySide) -> Row:
    return Row(
        label, f"difference of the stress tensors in {region}, rms over rms", "", None, sides.distance(), None,
        "CalculiX, same mesh", "independent",
    )  # fmt: skip


def _mpa(pair: tuple[float, float]) -> tuple[float, float]:
    return pair[0] / 1e6, pair[1] / 1e6


# --- a creeping slab


def slab_rows(versions: set[str]) -> list[Row]:
    """Uniform growth along a fibre in a closed space: pressure and flow stress, on the way and when the flow is steady.

    The time of relaxation is the flow stress over 3 G times the rate of flow, two thirds of that of growth. Backward
    Euler with a step of 1/50 of it errs by up to 1 % on the way and not at all in steady flow. What is left there is of
    the size of the growth strain, 0.006: the flow law sees the Kirchhoff stress per grown volume on our side.
    """
    growth_rate = 1.0
    shear = YOUNG / (2.0 * (1.0 + POISSON))
    flow = STRESS * (2.0 / 3.0 * growth_rate / RATE) ** (1.0 / EXPONENT)
    relaxation = flow / (3.0 * shear * 2.0 / 3.0 * growth_rate)
    rows = []
    for share, name, tolerance in ((1.0, "on the way", 0.01), (20.0, "steady", 0.01)):
        end, steps = share * relaxation, round(50 * share)
        theirs, ours, version = _slab(growth_rate, end, steps)
        versions.add(version)
        label = f"closed slab growing at {growth_rate:g} 1/s, Norton creep, {name} (t = {end:.3g} s)"
        pressures = (float(-stress[:3].sum()) / 3e6 for stress in (theirs, ours))
        deviators = (float(von_mises(stress[None, :4])[0]) / 1e6 for stress in (theirs, ours))
        rows.append(both(label, "pressure", "MPa", (next(pressures), next(pressures)), 0.01))
        rows.append(both(label, "von Mises stress", "MPa", (next(deviators), next(deviators)), tolerance))
    rows.append(
        Row(label, "von Mises stress by CalculiX", "MPa", flow / 1e6, float(von_mises(theirs[None, :4])[0]) / 1e6, 2e-3,
            "closed form", "exact")
    )  # fmt: skip
    return rows


def _slab(growth_rate: float, end: float, steps: int) -> tuple[Array, Array, str]:
    """Stress (Pa) of one square held all around, by both codes."""
    data = build_box(Box(width=1e-6, height=1e-6, cells_x=1, cells_y=1))
    parts = discretise(data, MPI.COMM_SELF)
    sides = ("left", "right", "bottom", "top")
    model = solid_model(
        parts,
        {"li": norton(YOUNG, POISSON, RATE, STRESS, EXPONENT)},
        [fix(parts, name, component) for name in sides for component in (0, 1)],
        growth={"li": Growth(lambda time: 1.0 + growth_rate * time, FIBRE, (0.6, 0.8))},
    )
    model.march([end * number / steps for number in range(1, steps + 1)])
    expansion, temperature = growth_expansion(FIBRE, 1.0 + growth_rate * end)
    deck = Deck(
        "closed slab", (), data, "plane_strain",
        {"li": DeckMaterial(YOUNG, POISSON, NortonCreep(RATE * (STRESS / 1e6) ** -EXPONENT, EXPONENT))},
        tuple(held(data, name, 0, 1) for name in sides),
        DeckStep(end, end / steps, end / steps, end / steps, fixed_increments=True),
        DeckGrowth("li", expansion, np.array([[0.6, 0.8, 0.0]]), ((0.0, 0.0), (end, temperature))),
        reduced=frozenset({"li"}),
    )  # fmt: skip
    run = run_deck(deck)
    sides_by = side_by_side(run, model, "li")
    return sides_by.theirs[0], sides_by.ours[0], run.version


# --- loads on ceramics


def pit_rows(effort: Effort, versions: set[str]) -> list[Row]:
    """Cosine pit of aspect 1 under pressure, side clamped or free."""
    pressure, refinement = 1e3, refinement_of(effort)
    size = MeshSize(tip_fraction=TIP, refinement=refinement)
    data = build_pit_plate(PitPlate(Electrolyte(1e-6, 1e-6), pit_profile("cosine_squared", 50 * NM, 50 * NM), size))
    rows = []
    for side, known in PIT.items():
        supports = [held(data, "symmetry", 0), held(data, "electrolyte_bottom", 1)]
        supports += [held(data, "electrolyte_side", 0)] if side == "clamped" else []
        deck = Deck(
            "pit", (), data, "plane_strain", {"llzo": DeckMaterial(150e9, 0.26)}, tuple(supports), DeckStep(1, 1, 1, 1),
            pressures=(("pit", pressure), ("electrolyte_top", pressure)),
        )  # fmt: skip
        run = run_deck(deck)
        versions.add(run.version)
        stress = run.field("STRESS").values
        largest = max(float(np.linalg.eigvalsh(_matrix(row))[-1]) for row in stress) * 1e6 / pressure
        rows.append(
            Row(f"cosine pit, aspect 1, side {side}", "largest principal stress over pressure, by CalculiX", "", known,
                largest, 0.01 + (TIP / refinement) ** 2, "P2 elements (B06)", "independent")
        )  # fmt: skip
    return rows


def _matrix(row: Array) -> Array:
    xx, yy, zz, xy, yz, zx = row
    return np.array([[xx, xy, zx], [xy, yy, yz], [zx, yz, zz]])


def cook_rows(effort: Effort, versions: set[str]) -> list[Row]:
    """Cook's membrane: deflection of two points of the sheared edge, by both codes on one mesh."""
    cells = 32 if effort == "full" else 16
    data = build_cooks_membrane(CooksMembrane(cells=cells))
    edges = data.boundary_facets("right")
    lengths = np.linalg.norm(data.points[edges[:, 1]] - data.points[edges[:, 0]], axis=1)
    scale, tolerance = 1e-6, 0.01 if effort == "full" else 0.02  # half as many elements err twice as much at the corner
    forces = tuple(
        (int(node), 1, float(scale / 16.0 * length * share))
        for edge, length in zip(edges, lengths, strict=True)
        for node, share in zip(edge, (1 / 6, 1 / 6, 2 / 3), strict=True)
    )
    rows = []
    for poisson, known in COOK.items():
        deck = Deck(
            "Cook", (), data, "plane_strain", {"li": DeckMaterial(1.0, poisson)}, (held(data, "left", 0, 1),),
            DeckStep(1, 1, 1, 1), forces=forces, reduced=frozenset({"li"}),
        )  # fmt: skip
        run = run_deck(deck)
        versions.add(run.version)
        for height, expected in zip((60.0, 52.0), known, strict=True):
            node = int(np.linalg.norm(data.points[:, :2] - (48.0, height), axis=1).argmin())
            deflection = float(run.field("DISP").at(node + 1)[1]) * 1e-6 / scale
            rows.append(
                Row(f"Cook's membrane, {cells} x {cells}, nu {poisson:.4g}",
                    f"deflection at (48, {height:g}), by CalculiX", "m", expected, deflection, tolerance,
                    "P2/P1 elements, 32 x 32 (B16)", "independent")
            )  # fmt: skip
    return rows


CAPTION = (
    "Largest principal stress in the ceramic below the tip of the pit, at the integration points within 3 nm of the "
    "symmetry plane."
)

NOTES = (
    "CalculiX runs without NLGEOM: its finite-strain split of thermal strain is right only from version 2.22 on. "
    f"Growth is therefore kept at {ELASTIC_GROWTH:g} (elastic) and {CREEP_GROWTH:g} (creeping) in the pit, and below "
    "0.0061 in the slab: the finite-strain terms of our side are of that relative size.",
    "The elements differ: ours are 9-node quadrilaterals with a linear volume strain, those of CalculiX 8-node "
    "quadrilaterals, with reduced integration where the metal creeps and in Cook's membrane. Stresses are compared at "
    "the integration points of CalculiX. At the tip the tolerance is the square of element size over tip radius.",
)

INPUT = f"""eruption.yaml with materials.li.elasticity.pressure_law hencky_kirchhoff;
  materials.li.viscoplasticity none, or {CREEP_LAW};
  geometry.mesh.tip_fraction {TIP}; deck: platingx export eruption.yaml --format calculix --small-strain
closed slab: one square of 1 um, fibre at (0.6, 0.8), E 7.81 GPa, nu 0.38, rate = 0.02 (q / 1 MPa)^6.6 1/s
cosine pit: depth and half width 50 nm in 1 x 1 um, E 150 GPa, nu 0.26, plane strain
Cook's membrane: E 1 Pa, plane strain, total shear 1 N/m (scaled by 1e-6)"""

PROBLEM = Problem(
    name="cross-code-calculix",
    title="CalculiX on our meshes",
    part="cross-code",
    statement=r"""`platingx export` writes a case as a deck for CalculiX: the same nodes, sets, elastic constants and
supports, Norton's law $\dot\varepsilon = A q^n$ for the flow of the metal, and growth as orthotropic thermal expansion
along the growth direction of each element, $1 + a_i T(t) = J_g^{\alpha_i}(t)$ with expansion coefficients $a_i$.
CalculiX runs the decks, and its stresses are set beside ours.

The cosine pit and Cook's membrane were computed by a third code as well (B06, B16); here CalculiX is set beside it.""",
    sources=("CalculiX CrunchiX, G. Dhondt, calculix.de",),
    run=run,
    minutes=2.0,
    missing=missing_program,
)

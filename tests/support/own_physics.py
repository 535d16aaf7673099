"""Physics in Python for tests of runs: conduction that gives the growth, an own field, a collector on a spring.

As a program: ``own_physics.py KIND CASE FOLDER [resume]``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np
import ufl

from platingx.config.case import Case
from platingx.constants import FARADAY
from platingx.fields.constraints import Tied
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.python_terms import GrowthState, OwnField, Reported, Sample, Symbols, Term
from platingx.problems.spring import Spring
from platingx.run.runner import run_case

CONDUCTIVITY, RESISTANCE, VOLTAGE = 0.05, 2e-6, 0.08  # S/m, Ohm m2, V: 1 A/cm2 through a plate of 300 nm
MOLAR_VOLUME, LAYER, PLATE, WIDTH = 13.0e-6, 100e-9, 300e-9, 400e-9
SPRING = 2e15  # N/m per m of depth


def interface_current(symbols: Symbols) -> ufl.core.expr.Expr:
    """Current density into the metal, from a voltage over the electrolyte and a resistance of the interface."""
    return (VOLTAGE - symbols.value("potential")) / RESISTANCE


def conduction(symbols: Symbols) -> ufl.Form:
    """Ohm's law in the electrolyte, with the current of the interface as its source."""
    potential, test = symbols.value("potential"), symbols.test("potential")
    flux = CONDUCTIVITY * ufl.inner(ufl.grad(potential), ufl.grad(test)) * symbols.dx("llzo")
    return flux - interface_current(symbols) * test * symbols.ds("interface", "llzo")


def local_growth(state: GrowthState) -> np.ndarray:
    """What the current at the foot of each column has plated in the step, on top of what was there."""
    places, current = state.samples["current"]
    order = np.argsort(places[:, 0])
    here = np.interp(state.coordinates[..., 0], places[order, 0], current[order])
    return state.converged + state.dt * MOLAR_VOLUME * here / (FARADAY * LAYER)


CONDUCTION = Term(
    "conduction",
    conduction,
    fields=(OwnField("potential", region="llzo", prescribed={"electrolyte_bottom": 0.0}),),
    stage="electrolyte",
    grows="li",
    growth=local_growth,
    samples={"current": lambda s: Sample(interface_current(s), "interface", "llzo")},
    reported={
        "cell_current": Reported(lambda s: interface_current(s) * s.ds("interface", "llzo"), description="of the cell"),
    },
)

SWELLING, SLOPE = 4e9, 0.5  # Pa, 1


def swelling(symbols: Symbols) -> Mapping[str, ufl.Form]:
    """A field that is half of the volume strain of the plate, and stiffens it."""
    dilation = ufl.div(symbols.value("displacement"))
    swell, test = symbols.value("swelling"), symbols.test("swelling")
    own = (swell - SLOPE * dilation) * test * symbols.dx("llzo")
    return {
        "swelling": own,
        "displacement": SWELLING * swell * ufl.div(symbols.test("displacement")) * symbols.dx("llzo"),
    }


def swelling_eliminated(symbols: Symbols) -> ufl.Form:
    """The same without the field."""
    dilation = ufl.div(symbols.value("displacement"))
    return SWELLING * SLOPE * dilation * ufl.div(symbols.test("displacement")) * symbols.dx("llzo")


SWELLING_FIELD = Term("swelling", swelling, fields=(OwnField("swelling", region="llzo"),))
SWELLING_ELIMINATED = Term("swelling", swelling_eliminated)


def sprung_collector(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part:
    """The nodes of the collector on a rigid body that moves up and down on a spring."""
    motion = GlobalUnknowns("lift", 1, discretisation.loaded.mesh.comm)
    nodes = discretisation.nodes("collector")
    return Part(
        name="sprung collector",
        fields=(motion,),
        contributions=(Spring("spring", motion, SPRING),),
        constraints=(Tied("collector", nodes, 1, "lift", np.ones((len(nodes), 1))),),
    )


KINDS = {
    "conduction": [CONDUCTION],
    "swelling": [SWELLING_FIELD],
    "eliminated": [SWELLING_ELIMINATED],
    "collector": [sprung_collector],
    "all": [CONDUCTION, SWELLING_FIELD, sprung_collector],
    "none": [],
}

if __name__ == "__main__":
    kind, case, folder, *rest = sys.argv[1:]
    run_case(case, folder, terms=KINDS[kind], quiet=True, resume=rest == ["resume"])

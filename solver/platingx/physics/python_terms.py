"""Physics of a user in Python: residuals of named fields, some of them of his own, added to a case.

A term is a function that writes a residual in UFL, with what `Symbols` offers:

    def conduction(s):
        phi, test = s.value("potential"), s.test("potential")
        return kappa * ufl.inner(ufl.grad(phi), ufl.grad(test)) * s.dx("llzo")

    run_case("low_rate.yaml", terms=[Term("conduction", conduction, fields=(OwnField("potential", region="llzo"),))])

In the stage ``mechanics`` its fields are solved for together with the displacement, in a stage of another name in turn
with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ufl
from dolfinx import fem

from platingx import compat
from platingx.arrays import Array
from platingx.config.case import Case
from platingx.errors import CaseError
from platingx.fields.constraints import Prescribed
from platingx.fields.nodal_field import NodalField
from platingx.fields.point_data import GROWTH
from platingx.physics.boundary_means import BoundaryMeans, Sample
from platingx.physics.discretisation import Discretisation
from platingx.physics.form_symbols import Symbols
from platingx.physics.given_growth import GivenGrowth, GrowthState
from platingx.physics.own_fields import OwnField, build_own_field, prescribed_values, written_field
from platingx.physics.part import MECHANICS, Builder, Part
from platingx.physics.quantities import ConvergedState, Quantity
from platingx.problems.ufl_contribution import UflContribution

__all__ = ["GrowthState", "OwnField", "Reported", "Sample", "Symbols", "Term", "builder_of"]

Residual = Callable[[Symbols], "ufl.Form | Mapping[str, ufl.Form]"]


@dataclass(frozen=True)
class Reported:
    """A number of the history that a term adds: an integral.

    Attributes
    ----------
    integral : callable
        Writes the integral in UFL, of `Symbols`; in SI.
    dimension : str
        Name in `platingx.units.DIMENSIONS`, by which the unit ends the name of the column.
    description : str
        What it is.
    per_depth : bool
        Whether it is that of a metre of depth where a plane section is modelled.
    until : float, optional
        Value in SI at which the run ends, as those of ``time.until``, whose names are those of the package.

    Examples
    --------
    >>> def area(s):
    ...     return 1.0 * s.ds("interface", "llzo")
    >>> platingx.Reported(area, "length", "of the interface, of the part that is modelled").dimension
    'length'
    """

    integral: Callable[[Symbols], ufl.Form]
    dimension: str = "dimensionless"
    description: str = "of a term in Python"
    per_depth: bool = False
    until: float | None = None


@dataclass(frozen=True)
class Term:
    """Physics that a user adds.

    Attributes
    ----------
    name : str
        Name, unique in a run.
    residual : callable
        Writes the residual, of `Symbols` and in SI: a form with one test function, or forms by the field of their test
        function.
    fields : tuple of OwnField
        Fields that come with it.
    stage : str
        ``mechanics`` to solve for them together with the displacement; another name for a stage of its own, which is
        solved in turn with the mechanics.
    grows : str
        Region whose growth follows from the stage, or empty.
    growth : callable, optional
        Jg at the quadrature points of this region, shape (cells, points), from what `GrowthState` knows.
    samples : mapping of str to callable
        What `growth` may look at on boundaries, by a name.
    reported : mapping of str to Reported
        Numbers for the history, by name.
    couples_facets : bool
        Whether it joins both sides of facets (`Symbols.dS`), so that ranks have to know the cells behind them.

    Raises
    ------
    CaseError
        By `run_case`: a name is taken or not known, or the residual is none.
    MeshError
        By `run_case`: the mesh lacks a region or boundary.

    Examples
    --------
    >>> import ufl
    >>> def foundation(s):    # the side of the ceramic leans on springs of 1e17 Pa/m
    ...     return 1e17 * ufl.inner(s.value("displacement"), s.test("displacement")) * s.ds("electrolyte_side", "llzo")
    >>> case = platingx.load_case("cases/low_rate.yaml").with_values(
    ...     {"geometry.mesh.refinement": 0.2, "time.end": "50 ms", "output.figures": False})
    >>> term = platingx.Term("foundation", foundation)
    >>> platingx.run_case(case, "runs/foundation", terms=[term], quiet=True).summary["outcome"]
    'completed'
    """

    name: str
    residual: Residual
    fields: tuple[OwnField, ...] = ()
    stage: str = MECHANICS
    grows: str = ""
    growth: Callable[[GrowthState], Array] | None = None
    samples: Mapping[str, Callable[[Symbols], Sample]] = field(default_factory=dict)
    reported: Mapping[str, Reported] = field(default_factory=dict)
    couples_facets: bool = False


def builder_of(term: Term | Builder) -> Builder:
    """What builds the part of a term; a function that builds a part is its own."""
    if not isinstance(term, Term):
        return term

    def build(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part:
        return _build(term, case, discretisation, parts)

    return build


def _build(term: Term, case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part:
    """The part of a term. Collective.

    Raises
    ------
    CaseError
        If a name is taken or not known, or the residual is none.
    MeshError
        If the mesh lacks a region or boundary.
    """
    if term.name in parts:
        raise CaseError(f"there is a part '{term.name}' of the model already: give the term another name")
    known = {f.name: (part.stage, f) for part in parts.values() for f in part.fields if isinstance(f, NodalField)}
    for given in term.fields:
        if given.name in known:
            raise CaseError(
                f"the field '{given.name}' of the term '{term.name}' is there already: give it another name"
            )
    own = {given.name: build_own_field(given, discretisation) for given in term.fields}
    known |= {name: (term.stage, f) for name, f in own.items()}
    together = [name for name, (stage, _) in known.items() if stage == term.stage]
    axisymmetric = case.geometry.symmetry == "axisymmetric"
    symbols = Symbols(discretisation, {name: f for name, (_, f) in known.items()}, axisymmetric)
    residuals = _residuals(term, symbols, together)
    contribution = UflContribution(term.name, residuals, symbols.coefficients, together)
    constraints: list[Prescribed] = []
    for given in term.fields:
        constraints += prescribed_values(given, own[given.name], discretisation)
    grown = _growth(term, symbols, discretisation)
    return Part(
        name=term.name,
        stage=term.stage,
        fields=tuple(own.values()),
        contributions=(contribution,),
        constraints=tuple(constraints),
        states=tuple(given.array for given in grown),
        gives=grown,
        quantities=tuple(_quantity(name, given, symbols) for name, given in term.reported.items()),
        written_fields=tuple(w for f in own.values() if (w := written_field(f, discretisation)) is not None),
    )


def _residuals(term: Term, symbols: Symbols, together: list[str]) -> Mapping[str, ufl.Form]:
    """Forms by the field of their test function."""
    written = term.residual(symbols)
    if isinstance(written, Mapping):
        residuals = dict(written)
    elif isinstance(written, ufl.Form):
        tests = [name for name, test in symbols.coefficients.tests.items() if test in written.arguments()]
        if len(tests) != 1:
            raise CaseError(
                f"the residual of the term '{term.name}' has {len(tests)} test functions instead of one: give forms by "
                "the field of their test function, {'field': form}, where there are several"
            )
        residuals = {tests[0]: written}
    else:
        raise CaseError(f"the residual of the term '{term.name}' is {type(written).__name__}, not a form of UFL")
    strange = [name for name in residuals if name not in together]
    if strange:
        raise CaseError(
            f"the term '{term.name}' of the stage '{term.stage}' adds to the residual of {', '.join(strange)}, which "
            f"is solved for elsewhere; in this stage there are: {', '.join(together)}"
        )
    return residuals


def _growth(term: Term, symbols: Symbols, discretisation: Discretisation) -> tuple[GivenGrowth, ...]:
    if term.growth is None:
        return ()
    try:
        array = discretisation.points.claim(term.grows, GROWTH, f"the term '{term.name}'")
    except ValueError as error:
        raise CaseError(str(error)) from None
    domain = discretisation.loaded.mesh
    means = {name: BoundaryMeans(symbols, sample(symbols), domain) for name, sample in term.samples.items()}
    places = symbols.coordinates(term.grows)
    return (GivenGrowth(array, term.growth, means, places, symbols.coefficients),)


def _quantity(name: str, given: Reported, symbols: Symbols) -> Quantity:
    coefficients = symbols.coefficients
    form = None

    def value(state: ConvergedState) -> float:
        nonlocal form
        if form is None:
            form = compat.compile_form(given.integral(symbols), coefficients.parts, coefficients.comm)
        coefficients.update(state.problem.iterate)
        return float(state.problem.comm.allreduce(float(fem.assemble_scalar(form))))

    return Quantity(name, given.dimension, given.per_depth, given.description, value, given.until)

"""What a run says when it finds no equilibrium: facts, likely causes in words, and what to change by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from platingx.config.base import value_at
from platingx.config.case import Case
from platingx.problems.failure import FailureKind
from platingx.problems.newton import NewtonResult, Outcome
from platingx.stepping.march import NoEquilibriumError
from platingx.units import Quantity, describe_si

Advice = tuple[str, tuple[str, ...]]
"""A likely cause, and the keys of the case to change."""

_SHOWN = 4
_FALLING = 0.3
"""Newton's residual is still falling if the last three corrections, or all there are, have brought it to this share."""
_NEAR_ROUND_OFF = 1e-9
"""Relative residual below which a search that stops is likely held up by round-off."""

_STEP = ("time.minimum_step", "time.maximum_growth_increment")
_MESH = ("geometry.mesh.refinement",)
_ROOM = ("constraints.metal_side", "constraints.collector", "geometry.interlayer.extent")


def explain(case: Case, error: NoEquilibriumError, folder: Path, kept: bool) -> str:
    """Compose the message of a run that cannot go on.

    Parameters
    ----------
    case
        The case; its present values stand beside the keys.
    error
        What the march came to.
    folder
        The run folder.
    kept
        Whether the last state could be saved.
    """
    smallest = error.attempts[-1]
    last = smallest.result
    lines = [
        f"no equilibrium found beyond t = {error.time:.6g} s, even with the smallest step {smallest.dt:.3g} s",
        *(f"    tried: {attempt}" for attempt in error.attempts[-_SHOWN:]),
        *([f"    state: {last.failure.state}"] if last.failure is not None and last.failure.state else []),
        "    likely causes, the likeliest first, and what to change:",
    ]
    names = {"region": _region(case, last), "boundary": _boundary(case, last)}
    for number, (cause, keys) in enumerate(causes(case, last), start=1):
        present = [text for key in _with_named(case, keys) if (text := _present(case, key.format(**names)))]
        lines.append(f"    {number}. {cause}" + (f": {'; '.join(present)}" if present else ""))
    lines.append(f"    {_what_is_kept(error.time, folder, kept)}")
    return "\n".join(lines)


def causes(case: Case, result: NewtonResult) -> list[Advice]:
    """Likely causes of a failed solve, the likeliest first, each with the keys to change."""
    lets_go = [_COHESIVE] if any(contact.cohesion is not None for contact in case.contact.values()) else []
    if result.failure is not None:
        return [*lets_go, *_OF_FAILURE[result.failure.kind], _SMALLER_STEP]
    return [*lets_go, *_OF_OUTCOME[result.outcome](case, result), _SMALLER_STEP]


_COHESIVE: Advice = (
    "a cohesive surface lets go at once, by nodes or as a whole: finer cells along it (a fifth of E' G / N^2), or "
    "damage that takes the time of some steps",
    ("contact.{boundary}.cohesion.relaxation_time",),
)

_SMALLER_STEP: Advice = ("the step is too large for what happens in it; allow smaller ones", _STEP)

_OF_FAILURE: dict[FailureKind, tuple[Advice, ...]] = {
    FailureKind.DISTORTION: (
        (
            "the elements there are too distorted: the metal has flowed far past them. Coarser elements live longer, "
            "finer ones follow a sharp corner better",
            _MESH,
        ),
        ("the metal has no room to flow, so that growth presses it through the mesh", _ROOM),
        ("more metal is plated in a step than an element can take", ("time.maximum_growth_increment",)),
    ),
    FailureKind.CONSTITUTIVE: (
        ("the metal flows too fast for the step", ("time.maximum_plastic_increment", "time.minimum_step")),
        ("the flow law is outside its range: compare its rates with those of the case", ("materials.{region}.base",)),
        ("elements are so distorted that their strain has no meaning", _MESH),
    ),
    FailureKind.PRESSURE_LAW: (
        (
            "the metal is compressed beyond the range of its pressure law; murnaghan with a measured K' stiffens "
            "under pressure",
            (
                "materials.{region}.elasticity.pressure_law",
                "materials.{region}.elasticity.bulk_modulus_derivative",
            ),
        ),
        ("more metal is plated than the closed space can hold", ("growth.current_density", "time.end", *_ROOM)),
    ),
    FailureKind.MESH: (
        ("a cell of the mesh has no volume or a bad shape: look at it with platingx mesh", ("geometry.path", *_MESH)),
    ),
    FailureKind.NOT_FINITE: (
        (
            "a value that comes from the case is not finite, such as a row of a table or a parameter",
            ("growth.current_density", "materials.{region}.base"),
        ),
        ("an error of the program if the case is sound: please report it with case.resolved.yaml and run.log", ()),
    ),
    FailureKind.CONTACT: (
        (
            "nodes of a contact go on changing between open, stick and slip: the tool or the metal moves too far in a "
            "step",
            ("time.maximum_step", "time.minimum_step"),
        ),
        (
            "friction holds the metal until it lets go at once; a limit of the shear stress, or a smaller coefficient, "
            "makes that gradual",
            ("contact.{boundary}.friction",),
        ),
        ("a softer contact changes less from one iterate to the next", ("solver.contact.stiffness",)),
    ),
    FailureKind.GROWTH: (
        (
            "the function that gives the growth strips more than there is, or has an error: Jg is the volume over the "
            "one at the start, and stays above zero",
            ("time.maximum_step", "time.minimum_step"),
        ),
    ),
    FailureKind.EXHAUSTED: (
        (
            "diffusion takes more metal from there than there is: close that end, end earlier, plate more slowly, or "
            "take a larger diffusivity, which brings metal there from farther away",
            ("interface_diffusion.ends", "time.end", "growth.current_density"),
        ),
        ("the first cells of the metal are thin; fewer layers leave more room", ("geometry.mesh.layers",)),
    ),
    FailureKind.FOLDED: (
        (
            "metal is added along the normals of a hollow, such as the bottom of a pit, until they meet: diffusion is "
            "too slow to carry it away from there; end earlier, plate more slowly, or take a larger diffusivity",
            ("time.end", "growth.current_density"),
        ),
        ("columns of a layer have no normals that meet", ("interface_diffusion.deposit", "growth.spread")),
        ("a wider hollow leaves more room", ("geometry.pit.half_width",)),
    ),
    FailureKind.OTHER: (("the state is outside what this part of the model can take", ()),),
}


def _of_iteration_limit(case: Case, result: NewtonResult) -> list[Advice]:  # noqa: ARG001
    residuals = result.residuals
    more = ("the residual was still falling; allow more iterations", ("solver.newton.maximum_iterations",))
    jumps = ("the residual does not fall: the first guess is too far from equilibrium", ("solver.newton.line_search",))
    falling = residuals[-1] < _FALLING * residuals[-4:][0]
    return [more] if falling else [jumps, more]


def _of_line_search(case: Case, result: NewtonResult) -> list[Advice]:  # noqa: ARG001
    round_off = (
        "the residual has come down to round-off above the tolerance",
        ("solver.newton.relative_tolerance",),
    )
    snap = ("the body snaps through or a limit load is reached, and there is no equilibrium near the last one", _ROOM)
    distorted = ("elements near the largest residual are badly shaped", _MESH)
    close = max(result.residuals[-1], result.residuals[-2]) < _NEAR_ROUND_OFF
    return [round_off, snap, distorted] if close else [snap, distorted]


def _of_stages(case: Case, result: NewtonResult) -> list[Advice]:  # noqa: ARG001
    return [("the stages answer to one another too strongly; solve their fields together, in the stage mechanics", ())]


def _of_linear_solver(case: Case, result: NewtonResult) -> list[Advice]:  # noqa: ARG001
    floats = (
        "a part of the body floats, nothing holds it",
        (
            "constraints.collector",
            "constraints.electrolyte_bottom",
            "constraints.electrolyte_side",
            "constraints.metal_side",
        ),
    )
    iterations = (
        "the iterative solver gave up: take the direct one, or other options",
        ("solver.preset", "solver.petsc_options"),
    )
    singular = ("stiffnesses differ so much that the system is singular to round-off", ("materials.{region}.base",))
    direct = case.solver.preset != "iterative" and not case.solver.petsc_options
    return [floats, singular] if direct else [iterations, floats, singular]


_OF_OUTCOME: dict[Outcome, Callable[[Case, NewtonResult], Sequence[Advice]]] = {
    Outcome.TOO_MANY_ITERATIONS: _of_iteration_limit,
    Outcome.LINE_SEARCH_FAILED: _of_line_search,
    Outcome.LINEAR_SOLVER_FAILED: _of_linear_solver,
    Outcome.STARTED_BADLY: lambda case, result: (),  # noqa: ARG005  (always has a failure)
    Outcome.NOT_SETTLED: _of_stages,
    Outcome.NOT_GIVEN: lambda case, result: (),  # noqa: ARG005  (always has a failure)
}


def _with_named(case: Case, keys: Sequence[str]) -> tuple[str, ...]:
    """Conditions on boundaries by name stand beside the short words."""
    if not any(key.startswith("constraints.") for key in keys):
        return tuple(keys)
    return (*keys, *(f"boundary_conditions.{name}" for name in case.boundary_conditions))


def _region(case: Case, result: NewtonResult) -> str:
    """Region whose material counts: that of the failure, or of the largest residual, or the metal."""
    names = [] if result.failure is None else [result.failure.region]
    names += [] if result.largest is None else result.largest.regions
    return next((name for name in names if name in case.materials), case.growth.region)


def _boundary(case: Case, result: NewtonResult) -> str:
    """Boundary of the contact that failed, or any."""
    failed = "" if result.failure is None else result.failure.region
    return next((name for name in case.contact if f" of {name} with " in failed), next(iter(case.contact), ""))


def _present(case: Case, key: str) -> str:
    """A key with its present value, or nothing where the case has no such key."""
    found: Any = value_at(case, key)
    if found is None:
        return ""
    if isinstance(found, Quantity):
        text = describe_si(found, found.dimension)
    elif isinstance(found, Mapping):
        text = ", ".join(f"{name}: {value}" for name, value in found.items())
    else:
        text = getattr(found, "given", "") or str(found)
    return f"{key} (now {text})"


def _what_is_kept(time: float, folder: Path, kept: bool) -> str:
    if time <= 0.0:
        return "no step was found, so there is no state to go on from: change the case and start again with --force"
    if not kept:
        return f"the state at t = {time:.6g} s could not be saved, see run.log; --resume goes on from an older one"
    return (
        f"the state at t = {time:.6g} s is saved: look at it with platingx post {folder}, and go on from it with "
        f"--resume {folder} and other solver or time settings; other physics or another mesh need a new run"
    )

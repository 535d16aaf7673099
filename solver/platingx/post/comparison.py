"""Rows of the comparison table, and discretisation errors, from the folders of finished runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from platingx.errors import OutputError
from platingx.post.convergence import DiscretisationError, estimate_error, step_error_percent
from platingx.post.results import RunResults
from platingx.post.table import ComparisonRow

__all__ = ["discretisation_errors", "refinement_of", "rows_of_run", "step_size_errors"]


def rows_of_run(
    run: RunResults,
    mesh_errors: Mapping[str, float] | None = None,
    quantities: Iterable[str] | None = None,
    step_errors: Mapping[str, float] | None = None,
) -> list[ComparisonRow]:
    """Compare a run with the numbers that its case names as published.

    Parameters
    ----------
    run : RunResults
    mesh_errors, step_errors : mapping of str to float, optional
        Errors by quantity, percent; see `discretisation_errors` and `step_size_errors`.
    quantities : iterable of str, optional
        Quantities to list besides the published ones; the headlines of the run when None.

    Returns
    -------
    list of ComparisonRow
        A quantity is ``calibrated`` when the case says that a number was fitted to it, else ``predicted``, given what
        was fitted to results of other cases. A run that failed gives rows without computed numbers and the reason as
        remark; a force of the whole body is not compared with that of a metre of depth, and the remark says so.
    """
    published = {str(entry["quantity"]): entry for entry in _entries(run, "published", "value")}
    fitted_here = [entry for entry in _entries(run, "calibration", "target") if not entry.get("case")]
    calibrated = {str(entry["quantity"]): entry for entry in fitted_here}
    rows = []
    for name in dict.fromkeys([*_chosen(run, quantities), *published, *calibrated]):
        known = published.get(name) or calibrated.get(name) or {}
        computed, unit, remark = _computed(run, name)
        text = str(known.get("value", known.get("target", "")))
        number, known_unit = (float(text.split()[0]), " ".join(text.split()[1:])) if text else (None, "")
        if number is not None and computed is not None and known_unit != unit:
            number, remark = None, f"published in {known_unit}, computed in {unit}"
        rows.append(
            ComparisonRow(
                case=run.title,
                quantity=name,
                unit=unit or known_unit,
                computed=computed,
                published=number,
                kind="calibrated" if name in calibrated else "predicted",
                source=str(known.get("source", "")),
                mesh_error_percent=(mesh_errors or {}).get(name),
                step_error_percent=(step_errors or {}).get(name),
                remark=remark,
            )
        )
    return rows


def _chosen(run: RunResults, quantities: Iterable[str] | None) -> tuple[str, ...]:
    return run.regions.headlines if quantities is None else tuple(quantities)


def _entries(run: RunResults, block: str, number: str) -> list[dict[str, Any]]:
    """Give the complete entries of a list of the resolved case."""
    entries = run.case.get(block) or []
    return [entry for entry in entries if isinstance(entry, dict) and "quantity" in entry and number in entry]


def _computed(run: RunResults, name: str) -> tuple[float | None, str, str]:
    """Give value, unit and remark; the value only of a run that reached its end."""
    try:
        if run.summary.get("outcome") != "completed":
            return (
                None,
                "",
                f"run {run.summary.get('outcome', 'unfinished')}: {run.summary.get('message', '')}".strip(": "),
            )
        return *run.quantity_and_unit(name), ""
    except OutputError as error:
        return None, "", str(error)


def discretisation_errors(
    runs: Sequence[RunResults], quantities: Iterable[str] | None = None, formal_order: float | None = None
) -> dict[str, DiscretisationError]:
    """Estimate the discretisation error of quantities from runs of one case on three meshes.

    Parameters
    ----------
    runs : sequence of RunResults
        Three runs that differ in ``geometry.mesh.refinement``.
    quantities : iterable of str, optional
        Names in summary.json; the headlines of the first run when None.
    formal_order : float, optional
        See `platingx.post.convergence.estimate_error`.

    Returns
    -------
    dict of str to DiscretisationError
        ``errors_percent`` in the order of `runs`.

    Raises
    ------
    OutputError
        When there are not three runs of different refinement, or a run lacks a quantity.
    """
    sizes = [1 / refinement_of(run) for run in runs]
    if len(sizes) != 3 or len(set(sizes)) != 3:
        found = ", ".join(f"{1 / size:g}" for size in sizes)
        raise OutputError(f"three runs of different geometry.mesh.refinement are needed, got refinement {found}")
    values = {name: [run.quantity(name) for run in runs] for name in _chosen(runs[0], quantities)}
    return {name: estimate_error(sizes, numbers, formal_order) for name, numbers in values.items()}


def step_size_errors(whole: RunResults, half: RunResults, quantities: Iterable[str] | None = None) -> dict[str, float]:
    """Estimate the error of quantities by the size of the steps, percent.

    Parameters
    ----------
    whole, half : RunResults
        Runs of one case on one mesh, with steps as they are and with half as large ones.
    quantities : iterable of str, optional
        Names in summary.json; the headlines of the run when None.

    Raises
    ------
    OutputError
        When a run lacks a quantity.
    """
    return {name: step_error_percent(whole.quantity(name), half.quantity(name)) for name in _chosen(whole, quantities)}


def refinement_of(run: RunResults) -> float:
    """Value of ``geometry.mesh.refinement`` of a run; OutputError when its case does not say it."""
    try:
        return float(run.case["geometry"]["mesh"]["refinement"])
    except (KeyError, TypeError, ValueError) as error:
        raise OutputError(f"{run.path}: its resolved case does not say geometry.mesh.refinement") from error

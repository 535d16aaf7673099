"""A first study file for a case and some of its keys, to be edited."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from platingx.columns import headlines
from platingx.config.base import value_at
from platingx.config.case import Case
from platingx.config.keys import blocks_at, child
from platingx.config.kinds import AnyCase
from platingx.config.loader import load_any_case
from platingx.config.quantities import as_text
from platingx.config.study import STUDY_ENDING
from platingx.config.study_axes import setting
from platingx.errors import CaseError, InputError, OutputError
from platingx.reduced_columns import REDUCED_HEADLINES

__all__ = ["first_study"]

_TO_TRY = (
    "# set: {geometry.mesh.refinement: 0.4}      # values over the base at all points: here a coarse mesh, to try\n"
)


def first_study(case_file: Path, keys: Sequence[str], out: Path | None) -> Path:
    """Write a study with an axis for each key, from half to one and a half times its value in the case.

    Parameters
    ----------
    case_file
        The base case.
    keys
        Keys with dots.
    out
        The file; named after case and keys in the working folder if None.

    Raises
    ------
    CaseError
        If the case has no such key.
    OutputError
        If the file is there already or cannot be written.
    """
    case = load_any_case(case_file)
    names = _axis_names(keys)
    axes = [_axis(case, case_file, key, name) for key, name in zip(keys, names, strict=True)]
    path = out if out is not None else Path(f"{case.name}_{'_'.join(names)}{STUDY_ENDING}".replace(" ", "_"))
    wanted = _headlines(case)
    name = path.name.removesuffix(STUDY_ENDING).removesuffix(".yaml")
    base = os.path.relpath(case_file, path.parent)
    text = f"""# yaml-language-server: $schema=study.schema.json
#   platingx study {path} --dry-run      lists the points and what they cost
#   platingx study {path}                runs them

name: {name}
description: How the results of {case.name} follow from {" and ".join(keys)}.

base: {base}
{_TO_TRY if isinstance(case, Case) else ""}
axes:                             # grid: every value of one with every value of the others
{"".join(axes)}
quantities:                       # columns of results.csv
{"".join(f"  {name}: {{of: {name}, take: maximum}}" + chr(10) for name in wanted)}
figures:                          # PNG and PDF, and in report.html
{_figures([name for name, text in zip(names, axes, strict=True) if "linspace" in text], names, wanted)}"""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path} is there already: remove it, or name another with --out") from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    return path


def _figures(numbers: Sequence[str], names: Sequence[str], wanted: Sequence[str]) -> str:
    """Maps over two axes of numbers, else curves over the last one, with a curve for each setting of the others."""
    if len(names) == len(numbers) == 2:
        return "".join(
            f"  {quantity}: {{kind: map, x: {names[1]}, y: {names[0]}, value: {quantity}}}\n" for quantity in wanted
        )
    return f"  curves: {{kind: curves, x: {(numbers or names)[-1]}, y: [{', '.join(wanted)}]}}\n"


def _headlines(case: AnyCase) -> tuple[str, ...]:
    """Quantities that runs of a case are told by."""
    if isinstance(case, Case):
        return headlines(case.growth.region, case.regions("electrolyte"))
    return REDUCED_HEADLINES[case.kind]


def _axis_names(keys: Sequence[str]) -> list[str]:
    """Last words of the keys, with as many before as tell them apart."""
    for length in range(1, 10):
        names = ["_".join(key.split(".")[-length:]) for key in keys]
        if len(set(names)) == len(names):
            return names
    raise CaseError(InputError("a key is given twice", key=", ".join(keys)))


def _axis(case: AnyCase, case_file: Path, key: str, name: str) -> str:
    given = _given(case, key)
    if given is None:
        raise CaseError(
            InputError(f"the case has no value {key}", case_file, key=key, valid="keys as in platingx validate -v CASE")
        )
    found = setting(given)
    if found.number is None or found.number == 0.0:
        choices = _choices(case, key) or [given]
        return f"  {name}:\n    key: {key}\n    values: [{', '.join(map(str, choices))}]\n"
    if isinstance(value_at(case, key), int):
        whole = sorted({round(found.number * share) for share in (0.5, 0.75, 1.0, 1.25, 1.5)} - {0})
        return f"  {name}:\n    key: {key}\n    values: [{', '.join(map(str, whole))}]\n"
    number, _, unit = str(given).partition(" ")
    ends = [f"{float(number) * factor:.4g} {unit}".strip() for factor in (0.5, 1.5)]
    return (
        f"  {name + ':':32}# {given} in the base\n    key: {key}\n"
        f"    linspace: {{start: {ends[0]}, stop: {ends[1]}, num: 5}}\n"
    )


def _given(case: AnyCase, key: str) -> Any:
    """The value of a key as it is written, or its default in SI."""
    data: Any = None if case._document is None else case._document.data
    for part in key.split("."):
        data = child(data, int(part) if part.isdecimal() and isinstance(data, list) else part)
    if isinstance(data, str | int | float) and not isinstance(data, bool):
        return data
    value = value_at(case, key)
    return as_text(value) if isinstance(value, str | int | float) else None


def _choices(case: AnyCase, key: str) -> list[str]:
    """Words that can stand at a key."""
    *block, name = key.split(".")
    for model in blocks_at(type(case), tuple(block), {}):
        if name in model.model_fields:
            return [word for word in get_args(model.model_fields[name].annotation) if isinstance(word, str)]
    return []

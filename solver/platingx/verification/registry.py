"""The table of contents of the verification book."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from platingx.errors import CaseError, CaseProblem
from platingx.verification.problem import Problem
from platingx.verification.problems import (
    b10_bilayer,
    b11_flat_punch,
    b11_half_space,
    b14_griffith,
    gao2022,
    growing_cylinder,
    masias_creep,
    mms_space,
    mms_time,
)

__all__ = ["NOT_COVERED", "PROBLEMS", "find"]

PROBLEMS: tuple[Problem, ...] = (
    mms_space.PROBLEM,
    mms_time.PROBLEM,
    growing_cylinder.PROBLEM,
    b10_bilayer.PROBLEM,
    b11_flat_punch.PROBLEM,
    b11_half_space.PROBLEM,
    b14_griffith.PROBLEM,
    gao2022.PROBLEM,
    masias_creep.PROBLEM,
)
"""All problems, in the order of the book."""

NOT_COVERED: tuple[tuple[str, str], ...] = (
    ("B11, Hertz by contact", "contact is not in the package; the pressure of Hertz on a half space is"),
    ("B17, AFM tables of Liu et al. 2020", "their rig (pillar with a shell under a cantilever) is not in the package"),
)
"""Problems that the book does not have yet, and why."""


def find(names: Sequence[str]) -> tuple[Problem, ...]:
    """Give the problems of some names, in the order of the book; all of them when no name is given.

    Parameters
    ----------
    names : sequence of str
        Full names, or beginnings of one name only, such as ``b06``.

    Raises
    ------
    CaseError
        If a name fits none or several.
    """
    chosen = {_one(name).name for name in names}
    return tuple(problem for problem in PROBLEMS if not names or problem.name in chosen)


def _one(name: str) -> Problem:
    fits = [problem for problem in PROBLEMS if problem.name.startswith(name)]
    exact = [problem for problem in fits if problem.name == name]
    if exact or len(fits) == 1:
        return (exact or fits)[0]
    known = [problem.name for problem in PROBLEMS]
    near = [problem.name for problem in fits] or difflib.get_close_matches(name, known, n=1, cutoff=0.3)
    message = f"several problems begin with '{name}'" if fits else f"there is no verification problem '{name}'"
    raise CaseError(CaseProblem(message, valid=", ".join(known), hint=f"platingx verify {near[0]}" if near else None))

"""``platingx validate``: say whether cases, studies and calibrations are valid."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.commands.options import Overrides, split_overrides
from platingx.cli.terminal import say, say_error
from platingx.errors import CaseError, InputError, MeshError
from platingx.paths import user_path

if TYPE_CHECKING:
    from platingx.config.case import Case
    from platingx.config.kinds import AnyCase

__all__ = ["validate"]


def validate(
    cases: Annotated[
        list[Path],
        typer.Argument(parser=user_path, metavar="CASE...", help="Case, study and calibration files (YAML)."),
    ],
    overrides: Overrides = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print the case in full, in SI.")] = False,
) -> None:
    """Check cases, studies and calibrations, and list everything that is wrong with them."""
    from platingx.config.calibration_file import CALIBRATION_ENDING
    from platingx.config.case import Case
    from platingx.config.loader import load_any_case
    from platingx.config.study import STUDY_ENDING

    pairs = split_overrides(overrides)
    problems: list[InputError] = []
    refused: list[MeshError] = []
    for path in cases:
        try:
            if path.name.endswith((STUDY_ENDING, CALIBRATION_ENDING)):
                if pairs:
                    raise CaseError(InputError("--set changes cases, not studies", file=path, hint="set: in the file"))
                say(f"{path}: valid {_content(path)}")
                continue
            case = load_any_case(path, pairs)
            left_out = _try_mesh(case) if isinstance(case, Case) else ""
        except CaseError as error:
            problems.extend(error.problems)
            continue
        except MeshError as error:
            refused.append(error)
            continue
        _say_valid(path, case, left_out, verbose)
    if problems:
        for one in refused:
            say_error(str(one))
        raise CaseError(problems)
    if refused:
        raise MeshError("\n".join(map(str, refused)))


def _say_valid(path: Path, case: AnyCase, left_out: str, verbose: bool) -> None:
    """Say that a case is valid, with what its user should know of it."""
    from platingx.config.case import Case
    from platingx.config.doubts import mesh_doubts
    from platingx.config.remarks import remarks
    from platingx.config.resolved import dump_resolved
    from platingx.run.coble_estimate import estimate_sentence

    say(f"{path}: valid", *([f"    mesh: {left_out}"] if left_out else []))
    for line in remarks(case):
        say(f"    {line}")
    for line in mesh_doubts(case, case.nominal_thickness) if isinstance(case, Case) else ():
        say(f"    doubtful: {line}")
    diffusion = estimate_sentence(case) if isinstance(case, Case) else None
    if diffusion is not None:
        say(f"    diffusion: {diffusion}")
    if verbose:
        say(dump_resolved(case))


def _try_mesh(case: Case) -> str:
    """Find what only the mesh shows; only for a valid case, since gmsh and dolfinx take a second to load."""
    from platingx.run.meshing import try_mesh

    return try_mesh(case)


def _content(path: Path) -> str:
    """Check a study or calibration and all its cases, and say what it has.

    Raises
    ------
    CaseError
        If anything is wrong.
    """
    from platingx.config.calibration_file import CALIBRATION_ENDING
    from platingx.config.calibration_loader import load_calibration
    from platingx.config.loader import load_case
    from platingx.config.study import load_study
    from platingx.config.study_parameters import ParameterStudy
    from platingx.studies.calibration.problem import problem_of
    from platingx.studies.points import expand

    if path.name.endswith(CALIBRATION_ENDING):
        problem = problem_of(load_calibration(path))
        return f"calibration of {len(problem.parameters)} numbers to {len(problem.residuals)} targets"
    file = load_study(path)
    if isinstance(file.study, ParameterStudy):
        return f"study of {len(expand(file, file.study).points)} points"
    for case in file.case_files:
        load_case(case)
    return f"study of {len(file.case_files)} cases"

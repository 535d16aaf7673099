"""``platingx validate``: say whether cases are valid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.commands.options import Overrides, split_overrides
from platingx.cli.terminal import say
from platingx.errors import CaseError, InputError
from platingx.paths import user_path

__all__ = ["validate"]


def validate(
    cases: Annotated[
        list[Path], typer.Argument(parser=user_path, metavar="CASE...", help="Case and study files (YAML).")
    ],
    overrides: Overrides = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print the case in full, in SI.")] = False,
) -> None:
    """Check cases and studies, and list everything that is wrong with them."""
    from platingx.config.doubts import mesh_doubts
    from platingx.config.loader import load_case
    from platingx.config.remarks import remarks
    from platingx.config.resolved import dump_resolved
    from platingx.config.study import STUDY_ENDING

    pairs = split_overrides(overrides)
    problems: list[InputError] = []
    for path in cases:
        try:
            if path.name.endswith(STUDY_ENDING):
                if pairs:
                    raise CaseError(InputError("--set changes cases, not studies", file=path, hint="set: in the study"))
                say(f"{path}: valid study of {_content(path)}")
                continue
            case = load_case(path, pairs)
        except CaseError as error:
            problems.extend(error.problems)
            continue
        say(f"{path}: valid")
        for line in remarks(case):
            say(f"    {line}")
        for line in mesh_doubts(case, case.nominal_thickness):
            say(f"    doubtful: {line}")
        if verbose:
            say(dump_resolved(case))
    if problems:
        raise CaseError(problems)


def _content(path: Path) -> str:
    """Check a study and all its cases, and say how many it has.

    Raises
    ------
    CaseError
        If anything is wrong.
    """
    from platingx.config.loader import load_case
    from platingx.config.study import load_study
    from platingx.config.study_parameters import ParameterStudy
    from platingx.studies.points import expand

    file = load_study(path)
    if isinstance(file.study, ParameterStudy):
        return f"{len(expand(file, file.study).points)} points"
    for case in file.case_files:
        load_case(case)
    return f"{len(file.case_files)} cases"

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
    from platingx.config.study import STUDY_ENDING, load_study

    pairs = split_overrides(overrides)
    problems: list[InputError] = []
    for path in cases:
        try:
            if path.name.endswith(STUDY_ENDING):
                study, files = load_study(path)
                for file in files:
                    load_case(file)
                say(f"{path}: valid study of {len(study.cases)} cases")
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

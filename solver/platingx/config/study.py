"""A study file: several cases on three meshes each, compared in one table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from platingx.config.base import Block, Finding
from platingx.config.document import read_document
from platingx.config.input_errors import input_errors_of
from platingx.config.kind_of_file import refuse_case
from platingx.config.quantities import Physical
from platingx.errors import CaseError
from platingx.paths import user_path

__all__ = ["STUDY_ENDING", "Study", "load_study"]

STUDY_ENDING = ".study.yaml"
"""How the name of a study file ends."""

Factor = Annotated[float, Physical("dimensionless", minimum=0.02, maximum=50.0)]


class Study(Block):
    """Cases whose results stand beside published ones, with a discretisation error from three meshes."""

    name: str = Field(min_length=1, max_length=100, description="Short name, used for the folder of the runs.")
    description: str = Field(default="", description="What the study shows.")
    cases: tuple[str, ...] = Field(min_length=1, description="Case files, relative to the study file.")
    refinements: tuple[Factor, Factor, Factor] = Field(
        default=(0.7, 1.0, 1.4),
        description="Factors on geometry.mesh.refinement of the cases for the three meshes; 1 is the mesh of the case.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that the meshes differ and that the mesh of the case is one of them."""
        if len(set(self.refinements)) < 3:
            yield Finding("refinements", "the three meshes must differ", "three different factors")
        if 1.0 not in self.refinements:
            yield Finding("refinements", "the mesh of the case is not among the three", "three factors, one of them 1")


def load_study(path: str | Path) -> tuple[Study, tuple[Path, ...]]:
    """Read a study file.

    Parameters
    ----------
    path : str or Path
        YAML file.

    Returns
    -------
    study, cases
        The study, and the paths of its case files.

    Raises
    ------
    CaseError
        If anything is wrong, with file, line and key.
    """
    source = user_path(path)
    document = read_document(source)
    refuse_case(document.data, source)
    try:
        study = Study.model_validate(document.data)
    except ValidationError as error:
        raise CaseError(input_errors_of(error, document, Study)) from None
    return study, tuple(source.parent / user_path(case) for case in study.cases)

"""Study files: many runs for one answer, of one of two kinds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platingx.config.document import Document, Key, read_document
from platingx.config.input_errors import read_as
from platingx.config.kind_of_file import refuse_other
from platingx.config.mesh_comparison import MeshComparison
from platingx.config.named_files import refuse_missing
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest
from platingx.paths import user_path

__all__ = ["STUDY_ENDING", "STUDY_KINDS", "StudyFile", "load_comparison", "load_study"]

STUDY_ENDING = ".study.yaml"
"""How the name of a study file ends."""

STUDY_KINDS: Final[dict[str, type[ParameterStudy] | type[MeshComparison]]] = {
    "parameters": ParameterStudy,
    "mesh_comparison": MeshComparison,
}
"""Models of studies by what stands under `kind`; a file with ``cases`` and no kind is a comparison of meshes."""


@dataclass(frozen=True)
class StudyFile:
    """A valid study, and where its keys stand.

    Attributes
    ----------
    path
        The file.
    document
        Its data and their places.
    study
        What it says.
    """

    path: Path
    document: Document
    study: ParameterStudy | MeshComparison

    @property
    def case_files(self) -> tuple[Path, ...]:
        """Case files that the study runs."""
        names = self.study.cases if isinstance(self.study, MeshComparison) else (self.study.base,)
        return tuple(self.path.parent / user_path(name) for name in names)

    def require_cases(self) -> None:
        """Refuse names of case files that are not there.

        Raises
        ------
        CaseError
            With the places of the names.
        """
        keys: list[Key] = [("base",)]
        if isinstance(self.study, MeshComparison):
            keys = [("cases", index) for index in range(len(self.study.cases))]
        refuse_missing(self.document, keys, self.path.parent)


def load_study(path: str | Path) -> StudyFile:
    """Read a study file of any kind.

    Parameters
    ----------
    path : str or Path
        YAML file.

    Raises
    ------
    CaseError
        If anything is wrong, with file, line and key.
    """
    source = user_path(path)
    document = read_document(source)
    refuse_other(document.data, source, "study")
    kind = document.data.get("kind", "mesh_comparison" if "cases" in document.data else "parameters")
    if not isinstance(kind, str) or kind not in STUDY_KINDS:
        place = document.values[("kind",)]
        near = nearest(kind, STUDY_KINDS)
        raise CaseError(
            InputError(
                "there is no such kind of study", place.file, place.line, place.column, "kind", str(kind),
                ", ".join(STUDY_KINDS), f"{near}?" if near else None,
            )
        )  # fmt: skip
    model: type[ParameterStudy] | type[MeshComparison] = STUDY_KINDS[kind]
    return StudyFile(source, document, read_as(model, document))


def load_comparison(path: str | Path) -> tuple[MeshComparison, tuple[Path, ...]]:
    """Read a study that compares meshes.

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
        If anything is wrong, with file, line and key, or it is a study of another kind.
    """
    file = load_study(path)
    if not isinstance(file.study, MeshComparison):
        raise CaseError(InputError("this study varies parameters", file=file.path, hint=f"platingx study {path}"))
    file.require_cases()
    return file.study, file.case_files

"""Files of flaws: the block ``fracture`` of a case alone, for runs that exist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.document import Document, read_document
from platingx.config.fracture import Flaws, check_flaws
from platingx.config.input_errors import input_error_of, read_as
from platingx.config.loader import case_error_at
from platingx.errors import CaseError, InputError
from platingx.paths import user_path

__all__ = ["GivenFlaws", "flaws_of_case", "load_flaws"]

EXAMPLE = "flaws: [{name: tip, at: pit_tip, lengths: [1 nm, 10 nm, 100 nm], faces: both}]"


@dataclass(frozen=True)
class GivenFlaws:
    """Flaws, and where they stand.

    Attributes
    ----------
    block
        The flaws.
    case
        The case that they belong to.
    document
        Their file; None where they stand in the case.
    """

    block: Flaws
    case: Case
    document: Document | None = None

    def refusal(self, finding: Finding) -> CaseError:
        """Error about a flaw by its key in the block, with its place in the file."""
        if self.document is None:
            key = f"fracture.{finding.key}" if finding.key else "fracture"
            return case_error_at(self.case, Finding(key, finding.message, finding.valid, finding.hint))
        return CaseError(input_error_of(finding, self.document, Flaws))


def flaws_of_case(case: Case) -> GivenFlaws:
    """Flaws of a case.

    Raises
    ------
    CaseError
        If it has none.
    """
    if case.fracture is None:
        message = f"the case {case.name} has no block fracture, so that there are no flaws to look at"
        hint = f"--flaws FILE with a file that says: {EXAMPLE}"
        raise CaseError(InputError(message, hint=hint))
    return GivenFlaws(case.fracture, case)


def load_flaws(path: str | Path, case: Case) -> GivenFlaws:
    """Read a file of flaws for a case.

    Parameters
    ----------
    path : str or Path
        YAML file with the keys of the block ``fracture``.
    case : Case
        The case.

    Raises
    ------
    CaseError
        If anything is wrong, with file, line and key.
    """
    document = read_document(user_path(path))
    if set(document.data) == {"fracture"}:
        place = document.keys[("fracture",)]
        message = "a file of flaws has the keys of the block fracture, without its name"
        raise CaseError(InputError(message, place.file, place.line, place.column, "fracture", hint=EXAMPLE))
    block = read_as(Flaws, document)
    found = list(check_flaws(block, case.materials, case.geometry, case.known_dimension))
    if found:
        raise CaseError([input_error_of(finding, document, Flaws) for finding in found])
    return GivenFlaws(block, case, document)

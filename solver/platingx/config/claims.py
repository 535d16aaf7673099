"""A case that is run with physics of its user's own promises nothing of the results."""

from __future__ import annotations

from platingx.config.base_case import validated_as
from platingx.config.case import Case
from platingx.config.document import Document
from platingx.config.inherited import ABOUT_RESULTS, drop
from platingx.config.merge import copy_of

__all__ = ["without_claims"]


def without_claims(case: Case, because: str) -> Case:
    """Return the case without its description, calibration and published values, which is said before it runs.

    Parameters
    ----------
    case : Case
        A validated case.
    because : str
        Why they do not hold, as the end of a sentence.
    """
    known = case._document
    document = copy_of(known) if known is not None else Document(case.model_dump(exclude_none=True))
    stale = [key for key in ABOUT_RESULTS if document.data.get(key)]
    if not stale:
        return case
    drop(document, stale, because)
    return validated_as(Case, document)

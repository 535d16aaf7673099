"""What is said of a valid case before it runs: by ``validate``, by a dry run and at the head of a log, in one order."""

from __future__ import annotations

from platingx.config.base_case import dropped, former_names
from platingx.config.case import Case
from platingx.config.doubts import doubts
from platingx.config.kinds import AnyCase
from platingx.config.sources import unverified_values

__all__ = ["remarks"]


def remarks(case: AnyCase) -> tuple[str, ...]:
    """List what a user should know of a case that is valid.

    Parameters
    ----------
    case : Case or ReducedCase
        A validated case.

    Returns
    -------
    tuple of str
        One line each, such as ``"unverified: llzo elasticity.poisson_ratio = 0.26 (...)"``.
    """
    calibrated = case.calibration if isinstance(case, Case) else ()
    found = (
        ("former name", former_names(case)),
        ("dropped", dropped(case)),
        ("unverified", unverified_values(case)),
        ("doubtful", doubts(case)),
        ("calibrated", [entry.sentence for entry in calibrated]),
    )
    return tuple(f"{label}: {sentence}" for label, sentences in found for sentence in sentences)

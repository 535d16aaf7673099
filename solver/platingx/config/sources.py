"""Which values of a case are not verified: told at the start of every run."""

from __future__ import annotations

from platingx.config.kinds import AnyCase

__all__ = ["unverified_values"]


def unverified_values(case: AnyCase) -> tuple[str, ...]:
    """List the values of the material library in a case that nobody has checked against a source.

    A value that the case gives itself is the user's and not in the list.

    Parameters
    ----------
    case : Case or ReducedCase
        A validated case.

    Returns
    -------
    tuple of str
        One sentence each, e.g. ``"llzo elasticity.poisson_ratio = 0.26 (no measurement found; vary it)"``.
    """
    blocks = {key.removeprefix("materials."): block.sources for key, block in case.library_blocks().items()}
    return tuple(
        f"{name} {key} = {value.text} ({'; '.join(part for part in (value.source, value.note) if part)})"
        for name, sources in blocks.items()
        for key, value in sources.items()
        if value.status == "unverified"
    )

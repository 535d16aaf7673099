"""What the model of a run leaves out, in sentences, as far as its case does not add it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["limits_of"]

_Case = Mapping[str, Any]


def _block(case: _Case, name: str) -> Mapping[str, Any]:
    found = case.get(name)
    return found if isinstance(found, Mapping) else {}


def _of_elements(case: _Case) -> bool:
    """Whether a case is one of finite elements; of one that is not known it is taken to be so."""
    return not case or bool(case.get("geometry"))


def _symmetry(name: str) -> Callable[[_Case], bool]:
    return lambda case: _block(case, "geometry").get("symmetry") == name


_LIMITS: tuple[tuple[str, Callable[[_Case], bool]], ...] = (
    ("Plane strain: nothing varies along the third direction, and forces are those of a metre of depth.",
     _symmetry("plane_strain")),
    ("Axisymmetric: every pit is round and every layer a disc.", _symmetry("axisymmetric")),
    ("The collector is rigid and bonded to the metal.",
     lambda case: _block(case, "constraints").get("collector") == "rigid"),
    ("The collector is a rigid body with a drive, bonded to the metal.",
     lambda case: isinstance(_block(case, "constraints").get("collector"), Mapping) and not case.get("contact")),
    ("Metal, ceramic and collector stay bonded, in tension too. There is no contact, friction or sliding: a free side "
     "that meets another body passes through it, which is warned of.",
     lambda case: _of_elements(case) and not case.get("contact")),
    ("The deposit grows uniformly per volume of the metal, not where the current arrives.",
     lambda case: _block(case, "growth").get("thickness") == "mean"),
    ("The current density is given; neither voltage nor stress acts back on it.",
     lambda case: bool(_block(case, "growth").get("current_density")) and not case.get("electrochemistry")),
    ("Cracks do not grow: the verdict compares the stress of a body without a crack with strengths.", _of_elements),
    ("Metal and ceramic are isotropic continua at one temperature that does not change.", _of_elements),
)  # fmt: skip


def limits_of(case: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on what the model of a case leaves out.

    Parameters
    ----------
    case : mapping
        Resolved case; without one only what holds for every case.
    """
    return (sentence for sentence, holds in _LIMITS if holds(case))

"""What the maximum principal stress in a ceramic means, as far as its strength and toughness are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from platingx.post.closed_forms import GEOMETRY_FACTOR, griffith_flaw_depth, griffith_strength
from platingx.post.scales import format_place, format_value

__all__ = ["FractureVerdict", "fracture_verdict"]

NO_STRENGTH = "whether it cracks without a flaw is not known: its theoretical strength is not given"
NO_TOUGHNESS = "what a flaw would do is not known: its toughness is not given"
ASK_FOR_FLAWS = "which flaws grow is not told by the stress at a point, but by platingx crack"
ENERGY = "a crack can start there without a flaw, if the energy for it is there too"


@dataclass(frozen=True)
class FractureVerdict:
    """What a maximum principal stress means for a ceramic.

    Attributes
    ----------
    cracks : bool or None
        The stress reaches the theoretical strength: a crack starts without any flaw. None where that is not known.
    cracks_from_flaw : bool or None
        The stress reaches the Griffith strength of a uniformly stressed body with a sharp flaw of the given depth; None
        without toughness or flaw. Deprecated, as the next two: at a pit the stress falls off within nanometres.
    theoretical_strength, griffith_strength : float or None
        Pa.
    critical_flaw_depth : float or None
        Depth of a sharp flaw that grows at this stress, m; None without toughness or tension.
    sentence : str
        The same in words.
    """

    cracks: bool | None
    cracks_from_flaw: bool | None
    theoretical_strength: float | None
    griffith_strength: float | None
    critical_flaw_depth: float | None
    sentence: str


def fracture_verdict(
    max_principal_stress: float,
    *,
    name: str = "The electrolyte",
    place: Sequence[float] | None = None,
    time: float | None = None,
    flaw_depth: float | None = None,
    theoretical_strength: float | None = None,
    fracture_toughness: float | None = None,
    geometry_factor: float = GEOMETRY_FACTOR,
    reached_at: tuple[Sequence[float], float] | None = None,
    flaws_judged: bool = False,
) -> FractureVerdict:
    """Compare the maximum principal stress in a ceramic with its theoretical strength.

    That is a limit for the local stress: necessary for a crack without a flaw, and not sufficient, since a crack of
    finite length takes energy too. What flaws do is another question, which no stress at a point answers.

    Parameters
    ----------
    max_principal_stress : float
        Pa, tension positive.
    name : str
        Of what is judged, as the sentence begins.
    place : sequence of float, optional
        Where it occurs, m.
    time : float, optional
        When it occurs, s.
    flaw_depth : float, optional
        Depth of the pit, m.
    theoretical_strength : float, optional
        Pa.
    fracture_toughness : float, optional
        K_IC, Pa m^0.5.
    geometry_factor : float
        Y of the flaw.
    reached_at : tuple, optional
        Place (m) and time (s) at which the theoretical strength was reached, where that is known.
    flaws_judged : bool
        Whether flaws are judged elsewhere, so that the sentence need not ask for that.
    """
    stress, limit = max_principal_stress, theoretical_strength
    griffith = critical = None
    if fracture_toughness is not None:
        griffith = griffith_strength(flaw_depth, fracture_toughness, geometry_factor) if flaw_depth else None
        critical = griffith_flaw_depth(stress, fracture_toughness, geometry_factor) if stress > 0.0 else None
    cracks = None if limit is None else stress >= limit
    from_flaw = None if griffith is None else stress >= griffith
    facts = _Facts(name, stress, place, time, limit, fracture_toughness is not None, flaws_judged)
    sentence = (
        facts.of_a_crack(*reached_at) if cracks and reached_at is not None else facts.of_the_largest_stress(cracks)
    )
    return FractureVerdict(cracks, from_flaw, limit, griffith, critical, sentence)


@dataclass(frozen=True)
class _Facts:
    """What sentences are made of."""

    name: str
    stress: float
    place: Sequence[float] | None
    time: float | None
    limit: float | None
    tough: bool
    flaws_judged: bool

    @property
    def where(self) -> str:
        place = f" at {format_place(self.place)}" if self.place is not None else ""
        return place + (f" after {format_value(self.time, 's')}" if self.time is not None else "")

    @property
    def strength(self) -> str:
        return f"the theoretical strength of {format_value(self.limit, 'Pa')}"

    def of_a_crack(self, start: Sequence[float], instant: float) -> str:
        """The strength was reached on the way to the largest stress."""
        return (
            f"{self.name} reaches {self.strength} at {format_place(start)} after {format_value(instant, 's')}: "
            f"{ENERGY}; the largest stress of the run, without a crack, is {format_value(self.stress, 'Pa')}"
            f"{self.where}{self.rest(about_strength=False)}."
        )

    def of_the_largest_stress(self, cracks: bool | None) -> str:
        """Only the largest stress of the run is known."""
        stress = format_value(self.stress, "Pa")
        if cracks:
            said = f"{self.name} reaches {self.strength}{self.where} with a maximum principal stress of {stress}: "
            said += ENERGY
        elif cracks is False:
            said = (
                f"{self.name} does not crack without a flaw: its maximum principal stress, {stress}{self.where}, stays "
                f"below {self.strength}"
            )
        else:
            said = f"{self.name} has a maximum principal stress of {stress}{self.where}"
        return f"{said}{self.rest(about_strength=cracks is None)}."

    def rest(self, about_strength: bool) -> str:
        """What is not known, and where it is told."""
        parts = [NO_STRENGTH] if about_strength else []
        if not self.tough:
            parts.append(NO_TOUGHNESS)
        elif not self.flaws_judged:
            parts.append(ASK_FOR_FLAWS)
        return "".join(f"; {part}" for part in parts)

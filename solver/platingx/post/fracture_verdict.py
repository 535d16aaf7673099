"""What the maximum principal stress in a ceramic means, as far as its strength and toughness are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from platingx.post.closed_forms import GEOMETRY_FACTOR, griffith_flaw_depth, griffith_strength
from platingx.post.scales import format_place, format_value

__all__ = ["FractureVerdict", "fracture_verdict"]

NO_STRENGTH = "whether it cracks without a flaw is not known: its theoretical strength is not given"
NO_TOUGHNESS = "what a flaw would do is not known: its toughness is not given"


@dataclass(frozen=True)
class FractureVerdict:
    """What a maximum principal stress means for a ceramic.

    Attributes
    ----------
    cracks : bool or None
        The stress reaches the theoretical strength: a crack starts without any flaw. None where that is not known.
    cracks_from_flaw : bool or None
        The stress reaches the Griffith strength of a sharp flaw of the given depth; None without toughness or flaw.
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
) -> FractureVerdict:
    """Compare the maximum principal stress in a ceramic with its strengths.

    The theoretical strength is a limit for the local stress. The Griffith strength (Gao 2022, Eq. 1) is that of a
    uniformly stressed body with a sharp flaw, here as deep as the pit: a necessary condition, named as such. Each of
    them is half of the verdict; what is missing is said.

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
    """
    stress, limit = max_principal_stress, theoretical_strength
    griffith = critical = None
    if fracture_toughness is not None:
        griffith = griffith_strength(flaw_depth, fracture_toughness, geometry_factor) if flaw_depth else None
        critical = griffith_flaw_depth(stress, fracture_toughness, geometry_factor) if stress > 0.0 else None
    cracks = None if limit is None else stress >= limit
    from_flaw = None if griffith is None else stress >= griffith
    facts = _Facts(name, stress, place, time, limit, flaw_depth, griffith, critical, fracture_toughness is not None)
    if cracks and reached_at is not None:
        sentence = facts.of_a_crack(*reached_at, bool(from_flaw))
    else:
        sentence = facts.of_the_largest_stress(cracks, from_flaw)
    return FractureVerdict(cracks, from_flaw, limit, griffith, critical, sentence)


@dataclass(frozen=True)
class _Facts:
    """What sentences are made of."""

    name: str
    stress: float
    place: Sequence[float] | None
    time: float | None
    limit: float | None
    flaw_depth: float | None
    griffith: float | None
    critical: float | None
    tough: bool

    @property
    def where(self) -> str:
        place = f" at {format_place(self.place)}" if self.place is not None else ""
        return place + (f" after {format_value(self.time, 's')}" if self.time is not None else "")

    @property
    def strength(self) -> str:
        return f"the theoretical strength of {format_value(self.limit, 'Pa')}"

    @property
    def flaw(self) -> str:
        flaw, strength = format_value(self.flaw_depth, "m"), format_value(self.griffith, "Pa")
        return f"a sharp flaw of {flaw} ({strength} after Griffith)"

    def of_a_crack(self, start: Sequence[float], instant: float, from_flaw: bool) -> str:
        """The strength was reached on the way to the largest stress."""
        return (
            f"{self.name} cracks at {format_place(start)} after {format_value(instant, 's')}, when its maximum "
            f"principal stress reaches {self.strength}{f', above the strength with {self.flaw}' if from_flaw else ''}"
            f"{self.unknown(about_strength=False)}; the largest stress of the run, without a crack, is "
            f"{format_value(self.stress, 'Pa')}{self.where}."
        )

    def of_the_largest_stress(self, cracks: bool | None, from_flaw: bool | None) -> str:
        """Only the largest stress of the run is known."""
        stress = format_value(self.stress, "Pa")
        if cracks:
            more = f" and exceeds the strength with {self.flaw}" if from_flaw else ""
            said = (
                f"{self.name} cracks{self.where}: its maximum principal stress, {stress}, reaches {self.strength}{more}"
            )
        elif from_flaw:
            but = "" if cracks is None else f" but not {self.strength}"
            said = (
                f"{self.name} can crack if it has a flaw there: its maximum principal stress, {stress}{self.where}, "
                f"exceeds the strength with {self.flaw}{but}"
            )
        elif cracks is False or from_flaw is False:
            limits = [*([self.strength] if cracks is False else [])]
            limits += [f"the strength with {self.flaw}"] if from_flaw is False else []
            without = " without a flaw" if cracks is False and not self.tough else ""
            from_it = " from such a flaw" if cracks is None else without
            said = (
                f"{self.name} does not crack{from_it}: its maximum principal stress, {stress}{self.where}, stays below "
                f"{' and '.join(limits)}"
            )
        else:
            said = f"{self.name} has a maximum principal stress of {stress}{self.where}"
        return f"{said}{self.unknown(about_strength=cracks is None)}."

    def unknown(self, about_strength: bool) -> str:
        """What is not known, and the flaw that would grow where none is given."""
        parts = []
        if self.griffith is None and self.critical is not None:
            parts.append(f"a sharp flaw deeper than {format_value(self.critical, 'm')} would grow under it (Griffith)")
        if about_strength:
            parts.append(NO_STRENGTH)
        if not self.tough:
            parts.append(NO_TOUGHNESS)
        return "".join(f"; {part}" for part in parts)

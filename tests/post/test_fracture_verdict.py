"""Would hurt most: a verdict about cracking that its own numbers contradict, or none where half of one is known."""

from __future__ import annotations

import math

import pytest

from platingx.post.fracture_verdict import NO_STRENGTH, NO_TOUGHNESS, fracture_verdict

LLZO = {"theoretical_strength": 16.1e9, "fracture_toughness": 0.95e6}
PIT = 37e-9
GRIFFITH = 0.95e6 / (1.12 * math.sqrt(math.pi * PIT))  # 2.49 GPa


def test_verdict_above_the_theoretical_strength_names_place_and_time():
    verdict = fracture_verdict(16.3e9, place=(1e-25, -PIT), time=20.97e-3, flaw_depth=PIT, **LLZO)
    assert verdict.cracks
    assert verdict.cracks_from_flaw
    assert "cracks at (0, -37.0) nm after 21.0 ms" in verdict.sentence
    assert "16.3 GPa" in verdict.sentence
    assert "16.1 GPa" in verdict.sentence


def test_verdict_tells_the_crossing_from_the_peak():
    """The crack starts when the strength is reached; the peak comes later and elsewhere."""
    crossing = ((0.0, -PIT), 18.5e-3)
    verdict = fracture_verdict(
        20e9, place=(5e-9, -36e-9), time=28.3e-3, flaw_depth=PIT, reached_at=crossing, name="LPSC", **LLZO
    )
    start, peak = verdict.sentence.split("; ")
    assert start.startswith("LPSC cracks at (0, -37.0) nm after 18.5 ms, when its maximum principal stress reaches")
    assert "16.1 GPa" in start
    assert "20.0 GPa" not in start
    assert peak == "the largest stress of the run, without a crack, is 20.0 GPa at (5.00, -36.0) nm after 28.3 ms."


def test_verdict_between_the_two_strengths_is_conditional():
    verdict = fracture_verdict(5e9, flaw_depth=PIT, **LLZO)
    assert verdict.cracks is False
    assert verdict.cracks_from_flaw
    assert verdict.griffith_strength == pytest.approx(GRIFFITH)
    assert verdict.sentence.startswith("The electrolyte can crack if it has a flaw there")
    assert verdict.sentence.endswith("but not the theoretical strength of 16.1 GPa.")


def test_verdict_below_both():
    verdict = fracture_verdict(31e6, flaw_depth=PIT, **LLZO)
    assert (verdict.cracks, verdict.cracks_from_flaw) == (False, False)
    assert verdict.sentence.startswith("The electrolyte does not crack: its maximum principal stress, 31.0 MPa")
    assert NO_STRENGTH not in verdict.sentence
    assert NO_TOUGHNESS not in verdict.sentence


@pytest.mark.parametrize(
    ("stress", "cracks", "words"),
    [
        (5e9, True, "can crack if it has a flaw there: its maximum principal stress, 5.00 GPa, exceeds"),
        (
            31e6,
            False,
            "does not crack from such a flaw: its maximum principal stress, 31.0 MPa, stays below",
        ),
    ],
)
def test_toughness_alone_gives_half_a_verdict(stress, cracks, words):
    verdict = fracture_verdict(stress, name="LPSC", flaw_depth=PIT, fracture_toughness=0.95e6)
    assert (verdict.cracks, verdict.cracks_from_flaw) == (None, cracks)
    assert verdict.theoretical_strength is None
    assert verdict.sentence.startswith(f"LPSC {words} the strength with a sharp flaw of 37.0 nm")
    assert verdict.sentence.endswith(f"; {NO_STRENGTH}.")


def test_toughness_without_a_pit_names_the_flaw_that_would_grow():
    verdict = fracture_verdict(1e9, name="LPSC", fracture_toughness=0.3e6)
    depth = (0.3e6 / (1.12 * 1e9)) ** 2 / math.pi  # 22.8 nm
    assert verdict.critical_flaw_depth == pytest.approx(depth)
    assert verdict.cracks_from_flaw is None
    assert verdict.sentence == (
        "LPSC has a maximum principal stress of 1.00 GPa; a sharp flaw deeper than 22.8 nm would grow under it "
        f"(Griffith); {NO_STRENGTH}."
    )
    assert fracture_verdict(-1e6, fracture_toughness=0.3e6).critical_flaw_depth is None


@pytest.mark.parametrize(
    ("stress", "cracks", "words"), [(2e9, True, "cracks: "), (5e8, False, "does not crack without")]
)
def test_strength_alone_gives_the_other_half(stress, cracks, words):
    verdict = fracture_verdict(stress, name="LPSC", flaw_depth=PIT, theoretical_strength=1e9)
    assert (verdict.cracks, verdict.cracks_from_flaw) == (cracks, None)
    assert verdict.sentence.startswith(f"LPSC {words}")
    assert verdict.sentence.endswith(f"; {NO_TOUGHNESS}.")


def test_neither_gives_a_sentence():
    verdict = fracture_verdict(31e6, name="LPSC", place=(0.0, -PIT), time=1.0)
    assert (verdict.cracks, verdict.cracks_from_flaw) == (None, None)
    assert verdict.sentence == (
        f"LPSC has a maximum principal stress of 31.0 MPa at (0, -37.0) nm after 1.00 s; {NO_STRENGTH}; {NO_TOUGHNESS}."
    )

"""Would hurt most: a verdict about cracking that its own numbers contradict, or none where half of one is known."""

from __future__ import annotations

import math

import pytest

from platingx.post.fracture_verdict import ASK_FOR_FLAWS, ENERGY, NO_STRENGTH, NO_TOUGHNESS, fracture_verdict

LLZO = {"theoretical_strength": 16.1e9, "fracture_toughness": 0.95e6}
PIT = 37e-9
GRIFFITH = 0.95e6 / (1.12 * math.sqrt(math.pi * PIT))  # 2.49 GPa


def test_verdict_above_the_theoretical_strength_names_place_and_time():
    verdict = fracture_verdict(16.3e9, place=(1e-25, -PIT), time=20.97e-3, flaw_depth=PIT, **LLZO)
    assert verdict.cracks
    assert "reaches the theoretical strength of 16.1 GPa at (0, -37.0) nm after 21.0 ms" in verdict.sentence
    assert "16.3 GPa" in verdict.sentence
    assert ENERGY in verdict.sentence


def test_verdict_tells_the_crossing_from_the_peak():
    """The strength is reached first; the peak comes later and elsewhere."""
    crossing = ((0.0, -PIT), 18.5e-3)
    verdict = fracture_verdict(
        20e9, place=(5e-9, -36e-9), time=28.3e-3, reached_at=crossing, name="LPSC", flaws_judged=True, **LLZO
    )
    start, peak = verdict.sentence.split("; ")
    assert start == f"LPSC reaches the theoretical strength of 16.1 GPa at (0, -37.0) nm after 18.5 ms: {ENERGY}"
    assert peak == "the largest stress of the run, without a crack, is 20.0 GPa at (5.00, -36.0) nm after 28.3 ms."


@pytest.mark.parametrize("stress", [5e9, 31e6])
def test_below_the_strength_no_sentence_speaks_of_a_flaw_by_a_stress_at_a_point(stress):
    """5 GPa is above what Griffith gives for uniform stress and a flaw as deep as the pit: that says nothing."""
    verdict = fracture_verdict(stress, flaw_depth=PIT, **LLZO)
    assert verdict.cracks is False
    assert verdict.cracks_from_flaw is (stress > GRIFFITH)
    assert verdict.griffith_strength == pytest.approx(GRIFFITH)
    assert verdict.sentence.startswith("The electrolyte does not crack without a flaw: its maximum principal stress, ")
    assert verdict.sentence.endswith(f"stays below the theoretical strength of 16.1 GPa; {ASK_FOR_FLAWS}.")
    judged = fracture_verdict(stress, flaw_depth=PIT, flaws_judged=True, **LLZO)
    assert judged.sentence.endswith("stays below the theoretical strength of 16.1 GPa.")


def test_toughness_alone_asks_for_flaws():
    verdict = fracture_verdict(1e9, name="LPSC", fracture_toughness=0.3e6)
    assert verdict.cracks is None
    assert verdict.sentence == f"LPSC has a maximum principal stress of 1.00 GPa; {NO_STRENGTH}; {ASK_FOR_FLAWS}."
    assert verdict.critical_flaw_depth == pytest.approx((0.3e6 / (1.12 * 1e9)) ** 2 / math.pi)
    assert fracture_verdict(-1e6, fracture_toughness=0.3e6).critical_flaw_depth is None


@pytest.mark.parametrize(
    ("stress", "cracks", "words"), [(2e9, True, "reaches the"), (5e8, False, "does not crack without a flaw")]
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

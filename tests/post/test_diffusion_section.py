"""What would hurt most if lost: a report in which nothing says that the metal would rather have diffused."""

from typing import Any

import pytest

from platingx.post.diffusion_section import diffusion_section
from platingx.post.report_page import Bullets

BELOW: dict[str, Any] = {"included": False, "transport": "li_x", "coble_number": 0.43, "sentence": "rather diffuse"}
ABOVE = {**BELOW, "coble_number": 3.1, "sentence": "rather flow"}
CLOSED = {"included": False, "transport": "li_x", "sentence": "no free side"}
INCLUDED = {"included": True, "transport": "li_x", "sentence": "included; 4 MPa"}


def bullets(*records: dict[str, Any]) -> Bullets:
    (section,) = diffusion_section([{"diffusion": record} for record in records] + [{}])
    (part,) = section.parts
    assert isinstance(part, Bullets)
    return part


@pytest.mark.parametrize(("record", "tone"), [(BELOW, "doubt"), (ABOVE, ""), (CLOSED, ""), (INCLUDED, "")])
def test_a_run_says_its_own_sentence(record: dict[str, Any], tone: str) -> None:
    part = bullets(record)
    assert list(part.items) == [record["sentence"]]
    assert part.tone == tone


def test_many_runs_are_counted() -> None:
    part = bullets(BELOW, ABOVE, ABOVE, CLOSED, INCLUDED, INCLUDED)
    assert [item.partition(":")[0].partition(",")[0] for item in part.items] == [
        "left out in 3 points", "included in 2 points", "left out in 1 points",
    ]  # fmt: skip
    assert "Coble numbers 0.43 to 3.1 (li_x, an unverified value), below 1 in 1" in part.items[0]
    assert part.tone == "doubt"
    assert bullets(ABOVE, ABOVE).tone == ""


def test_who_knows_nothing_says_nothing() -> None:
    assert diffusion_section([{}, {"quantities": {}}]) == []

"""A case far from the temperature of the tests behind its flow law is told so.

What would hurt most: a hot case that looks computed and is that of a cold one.
"""

from pathlib import Path

import pytest

from platingx.config import load_case
from platingx.config.sources import temperature_doubts

GOOD = Path(__file__).parent / "good.yaml"
NORTON = "{law: norton, reference_rate: 1 1/s, reference_stress: 1 MPa, stress_exponent: 6.6}"
AT_353 = NORTON.replace("}", ", reference_temperature: 353 K}")
ACTIVATED = NORTON.replace("}", ", activation_energy: 37 kJ/mol}")


@pytest.mark.parametrize(
    ("law", "temperature", "doubts"),
    [
        ("{}", "80 degC", 0),
        (NORTON, "25 degC", 0),
        (NORTON, "44 degC", 0),
        (NORTON, "80 degC", 1),
        (NORTON, "-20 degC", 1),
        (AT_353, "80 degC", 0),
        (AT_353, "25 degC", 1),
        (ACTIVATED, "80 degC", 0),
        ("{law: none}", "80 degC", 0),
    ],
)
def test_flow_laws_without_temperature(law: str, temperature: str, doubts: int) -> None:
    case = load_case(GOOD, [("materials.li.viscoplasticity", law), ("temperature", temperature)])
    assert len(temperature_doubts(case)) == doubts


def test_a_law_of_the_library() -> None:
    case = load_case(GOOD, [("materials.li", "lithium_narayan_anand_2018"), ("temperature", "80 degC")])
    assert temperature_doubts(case) == (
        "li viscoplasticity: narayan_anand_2018 has no dependence on temperature here and holds at 298.15 K, "
        "but the case is at 353.15 K (anand_narayan_2019 has one)",
    )

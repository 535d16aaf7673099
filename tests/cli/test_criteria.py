"""What would hurt most if lost: the closed forms give the numbers that Gao et al. 2022 print."""

import pytest

from platingx.cli.main import execute


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert execute(["criteria", *arguments]) == 0
    return capsys.readouterr().out


def test_numbers_of_the_paper(capsys: pytest.CaptureFixture[str]) -> None:
    """Flaws of 10 and 100 nm: 4.8 and 1.5 GPa, 0.65 and 0.20 V; 1 V sustains 7.42 GPa."""
    text = shown(capsys)
    for number in ("4.79 GPa", "645 mV", "1.51 GPa", "204 mV"):
        assert number in text
    assert "7.42 GPa" in shown(capsys, "--voltage", "1 V")
    assert "platingx crack has the stress along the flaw" in text


def test_forms_are_inverse_to_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert "102 nm" in shown(capsys, "--stress", "1.5 GPa")
    assert "1.81 MPa" in shown(capsys, "--contact", "1 um")  # 4 * 0.452 J/m2 / 1 um


def test_another_pair(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--electrolyte", "lpsc", "--metal", "sodium", "--flaw", "100 nm")
    assert "478 MPa" in text  # 0.3 MPa m^0.5 / (1.12 sqrt(pi 100 nm))


@pytest.mark.parametrize(
    "arguments", [("--flaw", "10"), ("--flaw", "-1 nm"), ("--electrolyte", "nothing"), ("--stress", "1 V")]
)
def test_what_cannot_be_meant(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["criteria", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err

"""Strength by a table of the crystalline share: what it does, where it is refused, and what is said of it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from platingx.config.case import Case
from platingx.config.loader import load_any_case, load_case
from platingx.config.resolved import resolved_files
from platingx.errors import CaseError
from platingx.post.history import read_history, read_summary
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
SETTINGS = {
    "geometry.mesh.refinement": "0.3",
    "geometry.mesh.layers": "4",
    "time.end": "0.3 s",
    "time.maximum_step": "30 ms",
    "output.figures": "false",
    "output.checkpoint.every_steps": "3",
    "output.checkpoint.keep": "100",
    "solver.preset": "repeatable",
}
KEY = "materials.li.crystallinity"
SOURCES = {f"{KEY}.source": "made up for a test", f"{KEY}.ratio_source": "made up for a test"}
RATIO = f"{KEY}.glassy_strength_ratio"


def table(folder: Path, *shares: float) -> str:
    """CSV file at 1 and 10 mA/cm2, after 0, 0.1 and 1 s."""
    path = folder / "chi.csv"
    rows = [(i, t) for i in (1, 10) for t in (0.0, 100.0, 1000.0)]
    lines = ["# a comment", "current_density [mA/cm^2],time [ms],crystallinity"]
    lines += [f"{i},{t},{share}" for (i, t), share in zip(rows, shares, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def case(changes: dict[str, str]) -> Case:
    return load_case(CASES / "low_rate.yaml", list((SETTINGS | changes).items()))


def given(folder: Path, ratio: str, *shares: float) -> dict[str, str]:
    return {f"{KEY}.file": table(folder, *shares), RATIO: ratio, **SOURCES}


def history(folder: Path, changes: dict[str, str]) -> pd.DataFrame:
    run_case(case(changes), folder, quiet=True)
    return read_history(folder)


def test_glass_twice_as_strong_is_a_law_with_twice_the_resistances(tmp_path: Path) -> None:
    """And a crystal is the metal of the case, whatever the glass is."""
    law = case({}).materials["li"].viscoplasticity
    keys = ("initial_flow_resistance", "hardening_modulus", "saturation_resistance")
    twice = {f"materials.li.viscoplasticity.{key}": f"{2.0 * float(getattr(law, key))!r} Pa" for key in keys}
    short = {"time.end": "60 ms", "time.maximum_step": "15 ms"}
    glass = history(tmp_path / "glass", short | given(tmp_path, "2", *[0.0] * 6))
    doubled = history(tmp_path / "doubled", short | twice)
    np.testing.assert_allclose(glass["max_pressure_li_Pa"], doubled["max_pressure_li_Pa"], rtol=1e-9)
    assert glass["strength_factor"].eq(2.0).all()
    crystal = history(tmp_path / "crystal", short | given(tmp_path, "2", *[1.0] * 6))
    plain = history(tmp_path / "plain", short)
    assert (crystal["max_pressure_li_Pa"] == plain["max_pressure_li_Pa"]).all()
    assert glass["max_pressure_li_Pa"].iloc[-1] > 1.5 * plain["max_pressure_li_Pa"].iloc[-1]


def test_share_over_current_and_time(tmp_path: Path) -> None:
    """Linear in both: at 4 mA/cm2 a third of the way from 1 to 10; a resumed run has the same bytes."""
    changes = given(tmp_path, "0.5", 0.0, 0.6, 0.6, 0.3, 0.9, 0.9)
    found = history(tmp_path / "run", changes)
    expected = np.interp(found["time_s"], [0.0, 0.1, 1.0], [0.1, 0.7, 0.7])
    np.testing.assert_allclose(found["crystalline_share"], expected, rtol=1e-12)
    np.testing.assert_allclose(found["strength_factor"], 0.5 + 0.5 * expected, rtol=1e-12)
    assert found["energy_balance_error"].iloc[-1] < 1e-3
    said = read_summary(tmp_path / "run")["crystallinity"]
    assert said["glassy_strength_ratio"] == 0.5
    assert "assumption" in said["what_it_is"]
    assert said["table_source"] == said["ratio_source"] == "made up for a test"
    assert said["table"]["currents_A_per_m2"] == [10.0, 100.0]
    again = tmp_path / "again"
    shutil.copytree(tmp_path / "run", again)
    for path in (again / "checkpoint").iterdir():
        if path.name > "step-00000006":
            shutil.rmtree(path)
    (again / "summary.json").unlink()
    run_case(case(changes), again, resume=True, quiet=True)
    assert (again / "history.csv").read_bytes() == (tmp_path / "run" / "history.csv").read_bytes()
    assert json.loads((again / "manifest.json").read_text())["resumed"][0]["from_step"] == 6
    text = next(iter(resolved_files(case(changes), False).values()))
    assert "made up for a test" in text
    assert "chi.csv" not in text  # the table itself is there


@pytest.mark.parametrize(
    ("changed", "key", "says"),
    [
        ({RATIO: None}, RATIO, "nobody has measured it"),
        ({f"{KEY}.source": None}, f"{KEY}.source", "needs the key source"),
        ({f"{KEY}.ratio_source": None}, f"{KEY}.ratio_source", "needs the key ratio_source"),
        ({RATIO: "0"}, RATIO, "0"),
        ({"time.end": "2 s"}, f"{KEY}.rows", "the case to 2 s"),
        ({"growth.current_density": "20 mA/cm^2"}, f"{KEY}.rows", "200 A/m^2"),
        ({"materials.li.viscoplasticity": "{law: none}"}, KEY, "no resistance"),
        ({f"{KEY}.file": "nowhere.csv"}, KEY, "nowhere.csv"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, changed: dict[str, str | None], key: str, says: str) -> None:
    whole = {k: v for k, v in (given(tmp_path, "0.5", *[0.5] * 6) | changed).items() if v is not None}
    with pytest.raises(CaseError) as error:
        case(whole)
    assert key in str(error.value)
    assert says in str(error.value)


def test_tubes_do_not_have_it(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"crystallinity.*finite-element"):
        load_any_case(CASES / "tubule.yaml", list(given(tmp_path, "0.5", *[0.5] * 6).items()))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("current_density,time [s],crystallinity\n1,0,0.5\n", "the header current_density [mA/cm^2]"),
        ("current_density [mA/cm^2],time [s],crystallinity\n1,0\n", ":2: the row has 2 columns"),
        ("current_density [mA/cm^2],time [s],crystallinity\n1,0,1.5\n", "rows.0.2: the value is too large"),
        ("current_density [m],time [s],crystallinity\n1,0,0.5\n", ":2:"),
        ("current_density [mA/cm^2],time [s],crystallinity\n1,0,0.5\n10,0,0.5\n10,1,0.5\n", "no grid"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "chi.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as error:
        case({f"{KEY}.file": str(path), RATIO: "0.5", **SOURCES})
    assert says in str(error.value)

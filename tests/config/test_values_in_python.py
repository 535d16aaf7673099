"""Values that Python callers have are understood or refused with a sentence, in any thread.

What would hurt most: a traceback from inside for an array, or a unit registry that two threads make twice.
"""

import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pint
import pytest

from platingx.config import Case, case_from_dict, load_case
from platingx.errors import CaseError
from platingx.units import quantity

GOOD = Path(__file__).parent / "good.yaml"
U = pint.UnitRegistry()


@pytest.fixture
def good() -> Case:
    return load_case(GOOD)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("materials.llzo.elasticity.poisson_ratio", np.float64(0.25), 0.25),
        ("materials.llzo.elasticity.poisson_ratio", np.array(0.25), 0.25),
        ("geometry.mesh.layers", np.int64(8), 8),
        ("output.movie", np.bool_(True), True),
        ("geometry.pit.depth", quantity("30 nm", "length"), 30e-9),
        ("geometry.pit.depth", U.Quantity(30, "nm"), 30e-9),
        ("geometry.pit.depth", U.Quantity(np.float32(32), "nm"), 32e-9),
        ("geometry.pit.depth", U.Quantity(np.array(30.0), "nm"), 30e-9),
        ("geometry.pit.depth", np.str_("30 nm"), 30e-9),
        ("growth.mode.alpha", np.array([1.0, 0.0, 0.0]), (1.0, 0.0, 0.0)),
        ("time.milestones", U.Quantity(np.array([1.0, 2.0]), "ms"), (1e-3, 2e-3)),
        ("time.milestones", (U.Quantity(1, "ms"), "2 ms"), (1e-3, 2e-3)),
        ("geometry.collector", {"shape": "flat"}, None),
    ],
)
def test_what_callers_have_is_understood(good: Case, key: str, value: Any, expected: Any) -> None:
    changed: Any = good.with_values({key: value})
    for part in key.split("."):
        changed = changed[part] if isinstance(changed, dict) else getattr(changed, part)
    assert expected is None or changed == expected


def test_a_table_may_be_an_array_with_units_or_rows_of_quantities(good: Case) -> None:
    times, values = U.Quantity(np.array([0.0, 1.0]), "ms"), U.Quantity(np.array([1.0, 2.0]), "A/cm^2")
    table = list(zip(times, values, strict=True))
    assert good.with_values({"growth.current_density": {"table": table}}).growth.current_density.values == (1e4, 2e4)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("geometry.pit.depth", np.float64(3e-8), "without a unit"),
        ("geometry.pit.depth", np.array([3e-8, 4e-8]), "a list where"),
        ("geometry.pit.depth", Decimal(3), "type Decimal cannot stand in a case"),
        ("time.end", timedelta(seconds=1), "type timedelta cannot stand in a case"),
        ("time.milestones", (item for item in ("1 ms",)), "type generator cannot stand in a case"),
        ("geometry.pit.depth", object(), "type object cannot stand in a case"),
        ("geometry.pit", b"abc", "type bytes cannot stand in a case"),
        ("geometry.mesh.layers", np.float64(8.0), "a whole number"),
        ("geometry.pit.depth", 1j, "type complex cannot stand in a case"),
        ("", 1, "not a key"),
        (3, 1, "unknown key '3'"),
        ("calibration.\u00b2.target", "5 GPa", "the list has 1 entries"),
        ("solver.petsc_options", {"\u00b2": 1}, "not the name of a PETSc option"),
    ],
)
def test_what_no_case_can_hold_is_refused(good: Case, key: Any, value: Any, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        good.with_values({key: value})
    assert good.with_values({"temperature": "30 degC"}).temperature == pytest.approx(303.15)


def test_blocks_that_contain_themselves_are_refused(good: Case) -> None:
    circle: dict[str, Any] = {}
    circle["pit"] = circle
    with pytest.raises(CaseError, match="too deep"):
        good.with_values({"geometry": circle})
    with pytest.raises(CaseError, match="too deep"):
        case_from_dict({"geometry": circle})


@pytest.mark.parametrize(
    "key", ["published", "calibration", "time.milestones", "geometry.mesh", "solver", "temperature"]
)
def test_null_removes_a_value_as_in_a_child(good: Case, key: str) -> None:
    assert good.with_values({key: None, "description": "d"}).name == "good"
    assert load_case(GOOD, [(key, "null")]).name == "good"
    with pytest.raises(CaseError, match="the key time is missing"):
        load_case(GOOD, [("time", "null")])
    with pytest.raises(CaseError, match="unknown key 'tme'"):
        load_case(GOOD, [("tme", "null")])


def test_a_key_of_a_block_replaces_its_short_form() -> None:
    for key, value in (("growth.mode.alpha", "[1, 0, 0]"), ("growth.direction.vector", "[0, 1]")):
        load_case(GOOD, [(key, value)])
    table = load_case(GOOD, [("growth.current_density.table", "[[0 s, 1 A/cm^2]]")])
    assert table.growth.current_density.values == (1e4,)
    with pytest.raises(CaseError, match=r"time\.end is a value, not a block"):
        load_case(GOOD, [("time.end.x", "1")])


def test_a_null_keeps_a_value_of_the_library_away(good: Case) -> None:
    assert good.with_values({"materials.llzo.fracture": None}).materials["llzo"].fracture is None
    assert load_case(GOOD, [("materials.llzo.fracture", "~")]).materials["llzo"].fracture is None


THREADS = """
import sys, threading
sys.setswitchinterval(1e-6)
from platingx.config import load_case
wrong, barrier = [], threading.Barrier(8)
def load(number):
    barrier.wait()
    try:
        case = load_case({path!r}, [("geometry.pit.depth", f"{{30 + number / 8}} nm")])
        if case.geometry.pit.depth != float(f"{{(30 + number / 8) * 1e-9:.15g}}"):
            wrong.append(case.geometry.pit.depth)
    except BaseException as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=load, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(wrong)
sys.exit(bool(wrong))
"""


def test_cases_may_be_loaded_in_threads_from_the_first_on() -> None:
    code = THREADS.format(path=str(GOOD))
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

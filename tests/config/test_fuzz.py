"""Whatever stands in a case file, it is a case or it is refused: no other error, no hang.

What would hurt most: a traceback that says nothing to the user who mistyped one character.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from every_key import Spot, case_with, spots
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from platingx.config import Case, case_from_dict, load_case
from platingx.config.document import Key, paths_of, read_value
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.errors import CaseError

HERE = Path(__file__).parent
TEXT = (HERE / "good.yaml").read_text(encoding="utf-8")
DATA: dict[str, Any] = YAML(typ="safe", pure=True).load(TEXT)
PATHS = [path for path in paths_of(DATA) if path]
SPOTS = list(spots())
WORDS = sorted(set(re.findall(r"[\w.]+|[:{}\[\],&*!|>'\"%@`-]", TEXT)))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(WORDS),
    st.builds("{} {}".format, st.floats(width=32), st.sampled_from(["nm", "ms", "A/cm^2", "GPa", "degC", "1/s", "%"])),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=6,
)
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def put(data: Any, path: Key, value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


def refused_or_consistent(load: Callable[[], Case]) -> None:
    """Refused with a place and a message, or written out and read back to the same numbers."""
    try:
        case = load()
    except CaseError as error:
        silent = [problem for problem in error.problems if problem.file is None or not problem.message]
    else:
        silent = []
        assert fingerprint(case_from_dict(read_value(dump_resolved(case), "resolved"))) == fingerprint(case)
    assert silent == []


@quick
@given(st.sampled_from(PATHS), anything)
def test_any_value_anywhere(path: Key, value: Any) -> None:
    data = deepcopy(DATA)
    put(data, path, value)
    refused_or_consistent(lambda: case_from_dict(data))


@settings(quick, max_examples=300)
@given(st.sampled_from(SPOTS), anything)
def test_any_value_at_any_key_of_the_schema(spot: Spot, value: Any) -> None:
    data = case_with(spot)
    put(data, spot.path, value)
    refused_or_consistent(lambda: case_from_dict(data))


@settings(quick, max_examples=200)
@given(st.sampled_from(SPOTS), st.one_of(st.text(max_size=20), st.sampled_from(WORDS)))
def test_any_override_of_any_key_of_the_schema(spot: Spot, value: str) -> None:
    refused_or_consistent(lambda: load_case(HERE / "good.yaml", [(".".join(map(str, spot.path)), value)]))


@quick
@given(st.sampled_from(PATHS), st.sampled_from(PATHS))
def test_any_block_in_another_place(path: Key, other: Key) -> None:
    data = deepcopy(DATA)
    value: Any = DATA
    for part in other:
        value = value[part]
    put(data, path, deepcopy(value))
    refused_or_consistent(lambda: case_from_dict(data))


@quick
@given(st.integers(0, len(TEXT)), st.integers(0, 8), st.one_of(st.text(max_size=8), st.sampled_from(WORDS)))
def test_any_slip_of_the_keyboard(tmp_path: Path, start: int, length: int, typed: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes((TEXT[:start] + typed + TEXT[start + length :]).encode("utf-8", "surrogatepass"))
    refused_or_consistent(lambda: load_case(path))


@quick
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    refused_or_consistent(lambda: load_case(path))


@quick
@given(
    st.sampled_from([".".join(map(str, path)) for path in PATHS]),
    st.one_of(st.text(max_size=20), st.sampled_from(WORDS)),
)
def test_any_override(key: str, value: str) -> None:
    refused_or_consistent(lambda: load_case(HERE / "good.yaml", [(key, value)]))

"""An error at any key of the schema, in any member of any union, names its line, key, value and what is valid.

What would hurt most: a message that points at another line, or at a key that does not exist. The keys are read off the
models, so that a new block is tested as soon as it is there.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from every_key import Spot, case_with, is_block, kind_of, members, put, save, spots

from platingx.config import Case, load_case
from platingx.config.keys import all_keys, kind_keys
from platingx.errors import CaseError, InputError

SPOTS = list(spots())
DRIVES = ("voltage", "current", "current_density")
WRONG: list[Any] = ["a word of nonsense", "1,5 nm", [["x"]], {"nonsense": 1}, True, -7.5, 10**40]


def problems_of(folder: Path, data: Any) -> tuple[list[InputError], dict[Any, int]]:
    path, places = save(folder, data)
    try:
        load_case(path)
    except CaseError as error:
        return list(error.problems), places
    return [], places


def at(problems: list[InputError], path: Any) -> list[InputError]:
    key = ".".join(map(str, path))
    return [problem for problem in problems if problem.key == key or str(problem.key).startswith(f"{key}.")]


def test_the_walk_meets_every_key_of_the_schema() -> None:
    met = {
        ".".join(
            "*" if part == 0 or (index in (1, 2, 4) and part in ("li", "a_name")) else str(part)
            for index, part in enumerate(spot.path)
        )
        for spot in SPOTS
    }
    programs = (
        "growth.current_density",
        "events.*.do.current_density",
        *(f"electrochemistry.control.*.{name}" for name in DRIVES),
    )
    assert {key for key in all_keys(Case) if not key.startswith(tuple(f"{name}." for name in programs))} == met
    assert {"law", "builder"} <= kind_keys(Case)
    assert {"surface_pit", "surface_pit_3d", "file"} <= {kind for spot in SPOTS for kind in spot.kinds}


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot.name)
def test_wrong_values_are_located(tmp_path: Path, spot: Spot) -> None:
    good = case_with(spot)
    assert not at([problem for problem in problems_of(tmp_path, good)[0] if problem.message.startswith("unknown")], ())
    refused = 0
    for wrong in WRONG:
        data = deepcopy(good)
        put(data, spot.path, wrong)
        problems, places = problems_of(tmp_path, data)
        for problem in at(problems, spot.path):
            refused += 1
            path = tuple(int(part) if part.isdigit() else part for part in str(problem.key).split("."))
            while path not in places:
                path = path[:-1]
            assert problem.line == places[path], f"{wrong!r}: {problem}"
            assert Path(str(problem.file)).name == "case.yaml"
            assert problem.message
            assert problem.value or path != tuple(str(problem.key).split(".")), f"{wrong!r}: {problem}"
            assert problem.valid or problem.hint, f"{wrong!r}: {problem}"
    assert refused >= 1, f"nothing is wrong at {spot.name}"


@pytest.mark.parametrize(
    "spot", [spot for spot in SPOTS if spot.path[-1] == next(iter(spot.owner.model_fields))], ids=lambda spot: spot.name
)
def test_unknown_keys_are_told_the_keys_of_their_block(tmp_path: Path, spot: Spot) -> None:
    data = case_with(spot)
    wrong = (*spot.path[:-1], "zzz_unknown")
    put(data, wrong, 1)
    problems, places = problems_of(tmp_path, data)
    (problem,) = [problem for problem in problems if problem.key == ".".join(map(str, wrong))]
    assert problem.message == "unknown key 'zzz_unknown'"
    assert problem.line == places[wrong]
    assert str(problem.valid).split(", ") == list(spot.owner.model_fields)


UNIONS = sorted(
    {
        (spot.path[:-1], spot.path[-1])
        for spot in SPOTS
        if kind_of(spot.owner) and kind_of(spot.owner)[0] == spot.path[-1]
    },
    key=str,
)


@pytest.mark.parametrize("union", UNIONS, ids=lambda union: ".".join(map(str, union[0])))
def test_kinds_are_those_of_the_union(tmp_path: Path, union: Any) -> None:
    path, key = union
    members = [spot for spot in SPOTS if spot.path == (*path, key)]
    kinds = [kind_of(spot.owner)[1] for spot in members]
    data = case_with(members[0])
    put(data, (*path, key), "zzz")
    problems, places = problems_of(tmp_path, data)
    (problem,) = at(problems, (*path, key))
    assert str(problem.valid).split(", ") == kinds
    assert problem.line == places[(*path, key)]
    put(data, path, {"zzz": 1})
    problems, places = problems_of(tmp_path, data)
    (problem,) = at(problems, (*path, key))
    assert problem.message == f"the key {key} is missing"
    assert str(problem.valid).split(", ") == kinds


@pytest.mark.parametrize(
    "spot",
    [spot for spot in SPOTS if spot.field.is_required() and spot.path not in (("materials", "li", "elasticity"),)],
    ids=lambda spot: spot.name,
)
def test_missing_keys_are_told_their_meaning(tmp_path: Path, spot: Spot) -> None:
    data = case_with(spot)
    block = data
    for part in spot.path[:-1]:
        block = block[part]
    del block[spot.path[-1]]
    problems, places = problems_of(tmp_path, data)
    (problem,) = at(problems, spot.path)
    assert problem.message == f"the key {spot.path[-1]} is missing"
    if spot.path[:-1]:
        assert problem.line == places[spot.path[:-1]]
    assert problem.valid or any(is_block(part) for part, _ in members(spot.field.annotation))

"""What would hurt most if lost: a column under a wrong unit, or one that the documentation does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from platingx.columns import COLUMNS, ColumnTable, column_of, split_unit, unit_suffix
from platingx.errors import CaseError
from platingx.physics.quantities import Quantity, in_order, reported
from platingx.units import DIMENSIONS

DOCS = Path(__file__).parents[2] / "docs" / "results.md"


@pytest.mark.parametrize("name", COLUMNS)
def test_every_quantity_is_documented(name: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    stem = name.removesuffix("_work").removesuffix("_energy") if name.endswith(("_work", "_energy")) else name
    assert f"`{name}" in text or f"`{stem}" in text


@pytest.mark.parametrize("whole_body", [True, False])
def test_units_go_into_names_and_come_out_again(whole_body: bool) -> None:
    table = ColumnTable(whole_body)
    for name, column in COLUMNS.items():
        full = name if column.of == "model" else f"{name}_na"
        quantity, unit = split_unit(table.header(full))
        dimension = f"{column.dimension}_per_length" if column.per_depth and not whole_body else column.dimension
        assert (quantity, unit) == (full, DIMENSIONS[dimension].si_unit)


def test_names_of_regions_decide_nothing() -> None:
    """A region may be called like a unit, a quantity or a part of one."""
    for region in ("Pa", "m", "stress", "pressure", "li", "max_pressure", "N_per_m"):
        column = column_of(f"max_pressure_{region}")
        assert column is not None
        assert unit_suffix(column, True) == "Pa"
        assert split_unit(f"max_pressure_{region}_Pa") == (f"max_pressure_{region}", "Pa")
    assert column_of("max_pressure") is None
    assert column_of("nothing_na") is None
    with pytest.raises(KeyError, match="no quantity nothing"):
        ColumnTable().unit("nothing")


def test_quantities_of_a_user_bring_their_unit_and_stand_at_the_end() -> None:
    own = Quantity("spring_force", "force", True, "force of a spring of my own", lambda state: 2.0 * state.time)
    late, early = reported("stored_energy", lambda _: 0.0), reported("max_pressure", lambda _: 0.0, "na")
    ordered = in_order([own, late, early])
    assert [quantity.name for quantity in ordered] == ["max_pressure_na", "stored_energy", "spring_force"]
    table = ColumnTable.with_own(False, [quantity.column for quantity in ordered])
    headers = [table.header(quantity.name) for quantity in ordered]
    assert headers == ["max_pressure_na_Pa", "stored_energy_J_per_m", "spring_force_N_per_m"]
    with pytest.raises(CaseError, match="two quantities are called spring_force"):
        in_order([own, own])

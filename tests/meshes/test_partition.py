"""Parts of a mesh are numbered by their cells, whichever way round the partitioner numbers them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from dolfinx.graph import adjacencylist

from platingx_meshes.partition import numbered_by_first_cell

KNOWN = [[1], [1, 0], [0, 1], [0], [3, 0]]
"""Ranks that know each cell, owner first; nothing belongs to part 2."""


def numbered(known: list[list[int]]) -> list[list[int]]:
    """Give what the partitioner makes of a partition."""
    starts = np.concatenate([[0], np.cumsum([len(each) for each in known])]).astype(np.int32)
    flat = np.array([rank for each in known for rank in each], dtype=np.int32)

    def base(*_: Any) -> Any:
        return adjacencylist(flat, starts)

    made = numbered_by_first_cell(base)(None, 4, None, None)
    return [np.array(made.array)[first:last].tolist() for first, last in pairwise(made.offsets)]


def test_the_first_cell_belongs_to_rank_0() -> None:
    assert numbered(KNOWN) == [[0], [0, 1], [1, 0], [1], [2, 1]]


@pytest.mark.parametrize("turned", [[1, 0, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]])
def test_the_same_parts_get_the_same_numbers(turned: list[int]) -> None:
    assert numbered([[turned[rank] for rank in each] for each in KNOWN]) == numbered(KNOWN)


def test_a_rank_without_cells_has_nothing_to_number() -> None:
    assert numbered([]) == []

"""Empty caches for each test of compilation."""

from pathlib import Path

import pytest
from compiling import Compiling


@pytest.fixture
def compiling(tmp_path: Path) -> Compiling:
    """Empty caches."""
    return Compiling(tmp_path)

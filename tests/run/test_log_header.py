"""What would hurt most if lost: a first start that is silent while it compiles looks like a hang."""

from pathlib import Path

import pytest

from platingx.run.log_header import kernels_are_missing


def test_a_cold_cache_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    assert kernels_are_missing()
    (tmp_path / "kernels" / "materials").mkdir(parents=True)
    assert kernels_are_missing()
    (tmp_path / "kernels" / "materials" / "point.nbc").write_bytes(b"")
    assert not kernels_are_missing()

"""What would hurt most if lost: no start uses the machine code of other sources, and none is broken by a killed one."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from compiling import KERNEL, KERNEL_SCRIPT, Compiling

from platingx.compilation.kernel_cache import COMPILING

VALUE = 5.0  # 1^2 + 2^2


def entries(folder: str) -> list[Path]:
    return sorted(Path(folder).glob("*.nbc"))


def test_a_second_checkout_compiles_nothing(compiling: Compiling) -> None:
    first = compiling.kernel(compiling.checkout("one"))
    assert (first["value"], first["misses"], first["said"]) == (VALUE, 2, [COMPILING])
    later = compiling.checkout("two")
    os.utime(later / "law.py", (0, 0))
    second = compiling.kernel(later)
    assert (second["value"], second["misses"], second["said"]) == (VALUE, 0, [])
    assert len(entries(first["folder"])) == 2


@pytest.mark.parametrize(("old", "new", "value"), [("x * x", "x * x * x", 9.0), ("def square", "def square", VALUE)])
def test_an_edited_source_is_compiled_again(compiling: Compiling, old: str, new: str, value: float) -> None:
    """Also one that another function calls; and the same sources again are known."""
    sources = compiling.checkout("one")
    first = compiling.kernel(sources)
    status = (sources / "law.py").stat()
    (sources / "law.py").write_text(KERNEL.replace(old, new))
    os.utime(sources / "law.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    second = compiling.kernel(sources)
    assert (second["value"], second["misses"]) == (value, 0 if old == new else 2)
    assert (second["folder"] == first["folder"]) == (old == new)


@pytest.mark.parametrize("damage", ["empty", "cut", "other"])
def test_damaged_code_is_compiled_again(compiling: Compiling, damage: str) -> None:
    """As after a power failure: a name with no content, a part of it, or other bytes."""
    sources = compiling.checkout("one")
    for path in entries(compiling.kernel(sources)["folder"]):
        whole = path.read_bytes()
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "other": whole[:-1] + b"?"}[damage])
    assert compiling.kernel(sources)["misses"] == 2
    assert compiling.kernel(sources)["misses"] == 0


def test_a_process_killed_at_any_moment_leaves_a_usable_cache(compiling: Compiling) -> None:
    sources = compiling.checkout("one")
    pauses = random.Random(20261128)
    for _ in range(6):
        process = compiling.start(KERNEL_SCRIPT, sources)
        time.sleep(pauses.uniform(0.0, 1.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert compiling.kernel(sources)["value"] == VALUE
    assert compiling.kernel(sources)["misses"] == 0


def test_processes_that_start_together(compiling: Compiling) -> None:
    sources = compiling.checkout("one")
    processes = [compiling.start(KERNEL_SCRIPT, sources) for _ in range(3)]
    assert [compiling.end(process)["value"] for process in processes] == [VALUE] * 3
    assert compiling.kernel(sources)["misses"] == 0


def test_a_folder_that_cannot_be_written_is_said_once(compiling: Compiling) -> None:
    """A file in place of the folder stops root as well, whom no permissions stop."""
    compiling.cache.mkdir()
    (compiling.cache / "numba").write_text("")
    found = compiling.kernel(compiling.checkout("one"))
    assert found["value"] == VALUE
    assert len(found["said"]) == 2
    assert "PLATINGX_CACHE_DIR" in found["said"][1]
    assert str(compiling.cache / "numba") in found["said"][1]


def test_a_full_disk_is_said_once(compiling: Compiling) -> None:
    script = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)){KERNEL_SCRIPT}"
    found = compiling.end(compiling.start(script, compiling.checkout("one")))
    assert found["value"] == VALUE
    assert "cannot be kept" in found["said"][1]
    assert list(Path(found["folder"]).iterdir()) == []


def test_a_full_cache_of_others_is_read_only_and_used(compiling: Compiling) -> None:
    """An administrator fills the cache; users who cannot write there compile nothing."""
    sources = compiling.checkout("one")
    folder = Path(compiling.kernel(sources)["folder"])
    shutil.copytree(folder, compiling.folder / "shared" / folder.name)
    compiling.environment["PLATINGX_CACHE_DIR"] = str(compiling.folder / "shared")
    (compiling.folder / "shared" / folder.name).chmod(0o555)
    found = compiling.kernel(sources)
    assert (found["value"], found["misses"], found["said"]) == (VALUE, 0, [])


def test_a_module_without_a_name_is_compiled_at_each_start(compiling: Compiling) -> None:
    """Numba finds the globals of cached code by the name of its module."""
    sources = compiling.checkout("one")
    for _ in range(2):
        found = compiling.end(compiling.start(KERNEL_SCRIPT, sources, "unnamed"))
        assert (found["value"], found["misses"]) == (VALUE, 2)

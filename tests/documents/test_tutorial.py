"""The notebooks of the tutorial run from top to bottom, and have kept what they show."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("nbclient")
ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "docs/tutorial").glob("*.ipynb"))
FIRST = NOTEBOOKS[0]


@pytest.fixture(scope="module")
def notebooks() -> ModuleType:
    """The module that runs them."""
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "docs/site/notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def place(tmp_path: Path) -> Path:
    """Give a folder that sees the cases and examples where the tutorial does."""
    for name in ("cases", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    folder = tmp_path / "docs" / "tutorial"
    folder.mkdir(parents=True)
    return folder


def test_the_first_notebook_runs(notebooks: ModuleType, tmp_path: Path) -> None:
    notebooks.executed(FIRST, place(tmp_path))


@pytest.mark.long
@pytest.mark.parametrize("name", NOTEBOOKS[1:])
def test_a_notebook_runs(name: str, notebooks: ModuleType, tmp_path: Path) -> None:
    notebooks.executed(name, place(tmp_path))


def test_the_command_that_opens_the_notebooks_is_there() -> None:
    """By its name in the environment of the launcher, where there is no `jupyter` before it."""
    text = (ROOT / "docs/tutorial/README.md").read_text(encoding="utf-8")
    (words,) = re.findall(r"^    \./platingx exec (.*)$", text, re.MULTILINE)
    program, folder = words.split()
    assert (ROOT / folder).is_dir()
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip("there is no JupyterLab in this environment")
    assert shutil.which(program) is not None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_has_kept_what_it_shows(name: str) -> None:
    path = ROOT / "docs/tutorial" / f"{name}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert not [output for cell in code for output in cell["outputs"] if output["output_type"] == "error"]
    assert sum(bool(cell["outputs"]) for cell in code) > len(code) / 2
    assert str(ROOT) not in path.read_text(encoding="utf-8")
    assert path.stat().st_size < 400_000
    words = sum(len("".join(cell["source"]).split()) for cell in cells)
    assert words < 2000  # ten minutes of reading

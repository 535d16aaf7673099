"""Runs the notebooks of the tutorial and keeps what they show: notebooks.py [NAME ...].

Each runs in docs/tutorial, from top to bottom; pictures are kept small. A cell that fails ends it, and nothing is
written.
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from PIL import Image

__all__ = ["TUTORIAL", "executed", "names"]

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
ANYWHERE = "/home/you/platingx"
"""What the outputs call the checkout."""
WIDTH = 640
COLOURS = 64
LONGEST_CELL = 1200


class SamePython(AsyncKernelManager):  # type: ignore[misc]  # of a package without types
    """Starts kernels with the Python that runs this file: the kernel of a system is that of its own Python."""

    @property
    def kernel_spec(self) -> Any:
        """The kernel's specification."""
        found = super().kernel_spec
        if found is not None:
            found.argv[0] = sys.executable
        return found


def names() -> list[str]:
    """Give the names of the notebooks in their order."""
    return sorted(path.stem for path in TUTORIAL.glob("*.ipynb"))


def executed(name: str, folder: Path) -> Any:
    """Run a notebook in some folder and give it with its outputs.

    Parameters
    ----------
    name : str
        Its name.
    folder : Path
        Where it runs; relative paths start there.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(TUTORIAL / f"{name}.ipynb", as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, kernel_manager_class=SamePython, timeout=LONGEST_CELL, resources=resources, kernel_name="python3"
    )
    client.execute()
    return notebook


def slim(notebook: Any) -> None:
    """Make the pictures of a notebook small, and take out what changes with every run."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output.text = output.text.replace(str(ROOT), ANYWHERE)
            data = output.get("data", {})
            for kind, content in data.items():
                if kind == "image/png":
                    data[kind] = small(content)
                elif isinstance(content, str):
                    data[kind] = content.replace(str(ROOT), ANYWHERE)


def joined(outputs: list[Any]) -> list[Any]:
    """Give the outputs of a cell with what was printed piece by piece in one."""
    kept: list[Any] = []
    for output in outputs:
        if kept and output.output_type == "stream" == kept[-1].output_type and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def small(picture: str) -> str:
    """Give a picture with fewer points and colours, both as text in base 64."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        shown = image.convert("RGB")
        if shown.width > WIDTH:
            shown = shown.resize((WIDTH, round(shown.height * WIDTH / shown.width)), Image.Resampling.LANCZOS)
        kept = io.BytesIO()
        shown.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "png", optimize=True)
    return base64.b64encode(kept.getvalue()).decode()


def main() -> None:
    """Run those that are named, or all."""
    for name in sys.argv[1:] or names():
        notebook = executed(name, TUTORIAL)
        slim(notebook)
        path = TUTORIAL / f"{name}.ipynb"
        nbformat.write(notebook, path)
        print(f"{path} ({path.stat().st_size // 1024} kB)", flush=True)


if __name__ == "__main__":
    main()

"""Files of movies: a GIF, and an MP4 as well where the program ffmpeg is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from platingx.arrays import Array
from platingx.errors import OutputError

__all__ = ["DPI", "Frame", "frame_of", "save_movie"]

DPI = 120
_MILLISECONDS = 120
_LAST_MILLISECONDS = 1500
_GREYS = 28

Frame = npt.NDArray[np.uint8]
"""RGB, 0 to 255, shape (height, width, 3); even height and width, as video codecs want them."""


def frame_of(figure: Figure) -> Frame:
    """Pixels of a figure."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = np.asarray(canvas.buffer_rgba())[..., :3]
    height, width = (2 * (size // 2) for size in image.shape[:2])
    return np.ascontiguousarray(image[:height, :width])


def save_movie(frames: list[Frame], colours: Array, folder: Path, name: str) -> list[Path]:
    """Write frames as ``NAME.gif``, and ``NAME.mp4`` as well where ffmpeg is installed.

    Parameters
    ----------
    frames
        All of one size.
    colours
        Those of the GIF beside greys, at most 228, shape (colours, 3), 0 to 1.
    folder, name
        Where to.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    path = folder / f"{name}.gif"
    durations = [_MILLISECONDS] * (len(frames) - 1) + [_LAST_MILLISECONDS]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        palette = _palette(colours)
        images = [Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
        images[0].save(path, save_all=True, append_images=images[1:], duration=durations, loop=0, optimize=False)
    except OSError as error:
        raise OutputError(f"{path}: the movie cannot be written ({error.strerror or error})") from error
    ffmpeg = shutil.which("ffmpeg")
    return [path] if ffmpeg is None else [path, _write_mp4(ffmpeg, frames, folder / f"{name}.mp4")]


def _palette(colours: Array) -> Image.Image:
    greys = np.linspace(0, 255, _GREYS).round()[:, None].repeat(3, axis=1)
    values = np.concatenate([greys, colours * 255]).round().astype(np.uint8)
    image = Image.new("P", (1, 1))
    image.putpalette(values.tobytes())
    return image


def _write_mp4(ffmpeg: str, frames: list[Frame], path: Path) -> Path:
    height, width = frames[0].shape[:2]
    command = [
        ffmpeg, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
        "-r", f"{1000 / _MILLISECONDS:.3f}", "-i", "-", "-an", "-pix_fmt", "yuv420p", str(path),
    ]  # fmt: skip
    data = b"".join(frame.tobytes() for frame in frames)
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise OutputError(f"{path}: ffmpeg could not write the movie ({reason[0]}); {path.stem}.gif is there")
    return path

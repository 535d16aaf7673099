"""Windows of VTK that need no display: pictures in space on a node of a cluster, in a container, in a test.

From version 9.4 on VTK finds by itself what there is, down to Mesa's OSMesa. Before, as in Debian 13, its windows are
those of X alone. A window without a context of its own (`vtkGenericOpenGLRenderWindow`) then draws into one of EGL,
which Mesa gives on its "surfaceless" platform (EGL_MESA_platform_surfaceless) without display, graphics card or rights.
"""

from __future__ import annotations

import ctypes
import os
from functools import lru_cache
from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.errors import OutputError

__all__ = ["drawn", "needed", "new_renderer"]

_SURFACELESS = 0x31DD
_OPENGL_API = 0x30A2
_CONFIG = (0x3033, 0, 0x3040, 0x8, 0x3024, 8, 0x3023, 8, 0x3022, 8, 0x3025, 24, 0x3038)
"""No surfaces, OpenGL, 8 bits each of red, green and blue, 24 of depth."""
_CONTEXT = (0x3098, 3, 0x30FB, 2, 0x30FD, 0x1, 0x3038)
"""OpenGL 3.2, the core profile, which VTK asks for."""
_FINDS_BY_ITSELF = (9, 4)
_REMEDY = "use VTK 9.4 or newer, install Mesa's EGL (libegl1, libegl-mesa0), or start the command with xvfb-run"


def needed() -> Any:
    """Give the package pyvista.

    Raises
    ------
    OutputError
        When it is not installed.
    """
    try:
        import pyvista
    except ImportError as error:
        raise OutputError(
            "views in space need the Python package pyvista, which is not here\n"
            "    try:   apt-get install python3-pyvista, conda install pyvista, or pip install 'platingx[views]'"
        ) from error
    return pyvista


def new_renderer() -> Any:
    """Make a renderer (vtkRenderer) for `drawn`."""
    from vtkmodules import vtkRenderingOpenGL2  # noqa: F401 (what it registers draws; without it pictures are empty)
    from vtkmodules.vtkRenderingCore import vtkRenderer

    return vtkRenderer()


def drawn(renderer: Any, columns: int, rows: int) -> Array:
    """Draw what a renderer holds.

    Parameters
    ----------
    renderer : vtkRenderer
        By `new_renderer`.
    columns, rows : int
        Size of the picture.

    Returns
    -------
    ndarray, shape (rows, columns, 3)
        Red, green and blue from 0 to 255, from the top down.

    Raises
    ------
    OutputError
        When there is no way to draw here, or the picture stays empty.
    """
    from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow
    from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter

    said, before, loudness = (
        vtkStringOutputWindow(),
        vtkOutputWindow.GetInstance(),
        vtkLogger.GetCurrentVerbosityCutoff(),
    )
    vtkOutputWindow.SetInstance(said)  # Debian's GLEW looks for a display of X, and reports that there is none
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    try:
        window = _window()
        window.SetSize(columns, rows)
        window.AddRenderer(renderer)
        window.Render()
        grabber = vtkWindowToImageFilter()
        grabber.SetInput(window)
        grabber.ReadFrontBufferOff()
        grabber.Update()
        image = needed().wrap(grabber.GetOutput())
    finally:
        vtkLogger.SetStderrVerbosity(loudness)
        vtkOutputWindow.SetInstance(before)
    width, height, _ = image.dimensions
    pixels = np.asarray(image.active_scalars)[:, :3].reshape(height, width, 3)[::-1].copy()
    if pixels.min() == pixels.max():
        words = " ".join(said.GetOutput().split())[-300:]
        raise OutputError(f"the view in space stayed empty; VTK says: {words or 'nothing'}")
    return pixels


def _window() -> Any:
    """Make a window of VTK that is not on any screen. OutputError when there is no way to draw here."""
    from vtkmodules.vtkCommonCore import vtkVersion
    from vtkmodules.vtkRenderingCore import vtkRenderWindow
    from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow

    version = vtkVersion.GetVTKMajorVersion(), vtkVersion.GetVTKMinorVersion()
    if version < _FINDS_BY_ITSELF and _surfaceless_context():
        window = vtkGenericOpenGLRenderWindow()
        window.SetReadyForRendering(True)
        window.SetIsCurrent(True)
        window.SetOwnContext(False)
        window.InitializeFromCurrentContext()
    elif version >= _FINDS_BY_ITSELF or os.environ.get("DISPLAY"):
        window = vtkRenderWindow()
    else:
        raise OutputError(f"views in space cannot be drawn here: there is neither a display nor EGL of Mesa; {_REMEDY}")
    window.SetOffScreenRendering(True)
    return window


@lru_cache(maxsize=1)
def _surfaceless_context() -> bool:
    """Make a context of EGL the current one, for as long as the process lives; False where EGL has none."""
    try:
        egl = ctypes.CDLL("libEGL.so.1")
        display_of = egl.eglGetPlatformDisplay
    except (OSError, AttributeError):
        return False
    handle, number = ctypes.c_void_p, ctypes.c_int
    display_of.restype, display_of.argtypes = handle, [ctypes.c_uint, handle, handle]
    egl.eglInitialize.argtypes = [handle, handle, handle]
    egl.eglChooseConfig.argtypes = [handle, handle, handle, number, handle]
    egl.eglCreateContext.restype, egl.eglCreateContext.argtypes = handle, [handle] * 4
    egl.eglMakeCurrent.argtypes = [handle] * 4
    display = display_of(_SURFACELESS, None, None)
    if not display or not egl.eglInitialize(display, None, None) or not egl.eglBindAPI(_OPENGL_API):
        return False
    config, found = handle(), number()
    attributes = (number * len(_CONFIG))(*_CONFIG)
    if not egl.eglChooseConfig(display, attributes, ctypes.byref(config), 1, ctypes.byref(found)) or not found.value:
        return False
    context = egl.eglCreateContext(display, config, None, (number * len(_CONTEXT))(*_CONTEXT))
    return bool(context) and bool(egl.eglMakeCurrent(display, None, None, context))

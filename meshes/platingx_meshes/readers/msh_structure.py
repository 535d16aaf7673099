"""Look at the frame of a Gmsh file before Gmsh reads it.

Gmsh runs a file that does not begin with ``$MeshFormat`` as a script, system calls included, and takes the counts in
the file on trust.
"""

import mmap
import stat
import struct
from pathlib import Path

from platingx_meshes.errors import MeshBuildError

SECTIONS = ("PhysicalNames", "Entities", "Nodes", "Elements")
REQUIRED = ("Nodes", "Elements")
FIRST_VERSION, LAST_VERSION = 2.0, 4.1
SMALLEST_RECORD = 4
"""Bytes that a node or an element takes at least; one element of a block in version 4 is ``1 1`` and a line end."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SAVE_AGAIN = "export it from Gmsh once more: gmsh MESH -save -format msh41 -o NEW.msh"
_Frame = bytes | mmap.mmap


def check_msh(path: Path) -> float:
    """Check that a file is a whole mesh file of Gmsh whose counts fit its size; return its version.

    Raises
    ------
    MeshBuildError
        If it cannot be read, is no Gmsh mesh, of an unknown version, cut off, or announces more than it can hold.
    """
    try:
        with path.open("rb") as stream:
            if path.stat().st_size == 0:
                raise MeshBuildError(f"{path}: the file is empty", _SAVE_AGAIN)
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                version, binary = read_format(content, path)
                for name in SECTIONS:
                    _check_section(content, name, version, binary, path)
                return version
    except OSError as error:
        raise MeshBuildError(
            f"{path}: the mesh file cannot be read: {error.strerror or error}", "check the name and its permissions"
        ) from error


def check_regular(path: Path) -> None:
    """Check that a path names a file on disk rather than a folder, pipe or device.

    Raises
    ------
    MeshBuildError
        If it does not, or there is nothing of that name.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MeshBuildError(
            f"{path}: no such mesh file ({reason})", "the path counts from the folder of the case file"
        ) from error
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or device"
        raise MeshBuildError(f"{path}: {kind}, not a mesh file", "a .msh, .inp, .vtu or .xdmf file")


def read_format(content: _Frame, path: Path) -> tuple[float, bool]:
    """Version, and whether the file is binary."""
    if content[:3] == BYTE_ORDER_MARK:
        message = f"{path}: line 1: the file begins with a byte order mark (U+FEFF), which Gmsh does not read"
        raise MeshBuildError(message, "save it as UTF-8 without a mark; or " + _SAVE_AGAIN)
    lines = bytes(content[:200]).lstrip().splitlines()
    if not lines or lines[0].strip() != b"$MeshFormat":
        found = lines[0][:30].decode("ascii", "replace") if lines else ""
        shown = "".join(sign if sign.isprintable() else "?" for sign in found)
        hint = "files of other programs need the ending of their own format, such as .inp or .vtu; or " + _SAVE_AGAIN
        raise MeshBuildError(f"{path}: line 1: not a mesh file of Gmsh: it starts with '{shown}'", hint)
    try:
        version, kind = float(lines[1].split()[0]), int(lines[1].split()[1])
    except (IndexError, ValueError) as error:
        raise MeshBuildError(
            f"{path}: line 2: no version and kind of file (such as 4.1 0 8) after $MeshFormat", _SAVE_AGAIN
        ) from error
    if not FIRST_VERSION <= version <= LAST_VERSION:
        valid = f"{FIRST_VERSION:g} to {LAST_VERSION:g} can be read"
        raise MeshBuildError(f"{path}: line 2: version {version:g} of the format is not known; {valid}", _SAVE_AGAIN)
    return version, kind == 1


def _check_section(content: _Frame, name: str, version: float, binary: bool, path: Path) -> None:
    begin = content.find(f"${name}".encode())
    if begin < 0:
        if name in REQUIRED:
            raise MeshBuildError(f"{path}: there is no ${name} section; the file is cut off or no mesh", _SAVE_AGAIN)
        return
    line = bytes(content[:begin]).count(b"\n") + 1
    end = content.find(f"$End{name}".encode(), begin)
    if end < 0:
        message = f"{path}: line {line}: ${name} has no $End{name}; the file is cut off"
        raise MeshBuildError(message, "copy the file once more, or " + _SAVE_AGAIN)
    if name not in REQUIRED:
        return
    start = content.find(b"\n", begin) + 1
    count = _count(bytes(content[start : min(end, start + 200)]), version, binary)
    place = f"{path}: line {line + 1}: ${name}"
    if count is None:
        raise MeshBuildError(f"{place} does not begin with counts", _SAVE_AGAIN)
    if count <= 0:
        raise MeshBuildError(f"{place}: {count} {name.lower()}; a mesh has some", _SAVE_AGAIN)
    if count * SMALLEST_RECORD > end - start:
        message = f"{place} announces {count} {name.lower()}, but has only {end - start} bytes"
        raise MeshBuildError(message, _SAVE_AGAIN)


def _count(head: bytes, version: float, binary: bool) -> int | None:
    """Number of nodes or elements that the head of a section announces."""
    try:
        if version < 4.0:
            return int(head.split()[0])
        return int(struct.unpack_from("=QQ", head)[1]) if binary else int(head.split()[1])
    except (IndexError, ValueError, struct.error):
        return None

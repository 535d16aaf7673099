"""The text of an Abaqus input file as blocks: a keyword with options and its data lines, included files in place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.msh_structure import check_regular

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""Byte order marks and the encodings they stand for."""

_PIECE = re.compile(r'(?:[^,"]|"[^"]*"?)+')


class Line(NamedTuple):
    """A line that is neither empty nor a comment.

    Attributes
    ----------
    text : without blanks at the ends
    number : in its file
    file : name of the file, with the place that includes it
    """

    text: str
    number: int
    file: str

    @property
    def place(self) -> str:
        """Beginning of a message about this line."""
        return f"{self.file}: line {self.number}"


@dataclass
class Block:
    """A keyword, its options and its data.

    Attributes
    ----------
    keyword : in capitals, without blanks and star
    options : in capitals, without blanks; values as they are written, without quotation marks
    line : that of the keyword
    lines : data
    """

    keyword: str
    options: dict[str, str]
    line: Line
    lines: list[Line] = field(default_factory=list)


def blocks_of(path: Path) -> Iterator[Block]:
    """Read a file and all that it includes.

    Raises
    ------
    MeshBuildError
        For files that cannot be read or include themselves, and for text before the first keyword.
    """
    block: Block | None = None
    for line in _logical_lines(path, str(path), ()):
        if line.text.startswith("*"):
            if block is not None:
                yield block
            block = _block(line)
            if "INPUT" in block.options:
                block.lines = _data_of(path, block, line)
        elif block is None:
            raise MeshBuildError(
                f"{line.place}: no *NODE or other keyword before the data {line.text[:40]!r}",
                "an input file of Abaqus or CalculiX begins with a keyword such as *HEADING or *NODE",
            )
        else:
            block.lines.append(line)
    if block is not None:
        yield block


def pieces(text: str) -> list[str]:
    """Parts between commas, without blanks and quotation marks; empty ones at the end are left out."""
    found = [piece.strip().strip('"').strip() for piece in text.split(",")]
    while found and not found[-1]:
        found.pop()
    return found


def _block(line: Line) -> Block:
    keyword, *pairs = [piece.strip() for piece in _PIECE.findall(line.text[1:])] or [""]
    options = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        options["".join(key.upper().split())] = value.strip().strip('"').strip()
    return Block("".join(keyword.upper().split()), options, line)


def _logical_lines(path: Path, file: str, above: tuple[Path, ...]) -> Iterator[Line]:
    """Lines with those of included files in place, and keyword lines that go on in the next made one."""
    home = above[0].parent if above else path.parent
    pending: Line | None = None
    for number, raw in enumerate(_text(path).splitlines(), start=1):
        text = raw.strip()
        if not text or text.startswith("**"):
            continue
        line = Line(text, number, file) if pending is None else Line(pending.text + text, pending.number, file)
        pending = None
        if not line.text.startswith("*"):
            yield line
        elif line.text.endswith(","):
            pending = line
        elif "".join(line.text.upper().split()).startswith("*INCLUDE,"):
            block = _block(line)
            included = _included(path, home, block, (*above, path))
            yield from _logical_lines(included, f"{included} (included in {line.place})", (*above, path))
        else:
            yield line
    if pending is not None:
        yield pending


def _included(path: Path, home: Path, block: Block, open_files: tuple[Path, ...]) -> Path:
    """File that a block names: beside the file that includes it, or beside the first one."""
    name = block.options.get("INPUT", "")
    if not name:
        raise MeshBuildError(f"{block.line.place}: *{block.keyword} names no file", f"*{block.keyword}, INPUT=FILE")
    written = Path(name.replace("\\", "/"))
    found = next((folder / written for folder in (path.parent, home) if (folder / written).exists()), None)
    if found is None:
        raise MeshBuildError(
            f"{block.line.place}: there is no file {name!r} to include",
            f"the path counts from the folder of the file that includes it, here {path.parent}",
        )
    if any(found.samefile(file) for file in open_files):
        raise MeshBuildError(
            f"{block.line.place}: {name!r} includes itself, through {len(open_files)} files",
            "take the *INCLUDE out that closes the circle",
        )
    if not found.is_file():
        kind = "a folder" if found.is_dir() else "a pipe or device"
        raise MeshBuildError(f"{block.line.place}: {name!r} is {kind}, not a file", "the name of a file")
    return found


def _data_of(path: Path, block: Block, line: Line) -> list[Line]:
    """Data lines that a block takes from another file."""
    including = Path(line.file.split(" (included in ")[0])
    found = _included(including, path.parent, block, (path,))
    lines = list(_logical_lines(found, f"{found} (data of {line.place})", (path,)))
    wrong = next((own for own in lines if own.text.startswith("*")), None)
    if wrong is not None:
        raise MeshBuildError(
            f"{wrong.place}: a keyword in a file of data", f"data of *{block.keyword} only, or use *INCLUDE"
        )
    return lines


def _text(path: Path) -> str:
    check_regular(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MeshBuildError(f"{path}: cannot read: {error.strerror}", "check its permissions") from error
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:  # names of sets in the characters of western Windows
        return raw.decode("latin-1")

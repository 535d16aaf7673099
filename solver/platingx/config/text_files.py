"""Text files of the user: read whole, but only regular files of a bounded size, in UTF-8 or marked UTF-16."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

__all__ = ["TextFileError", "is_file", "read_text_file"]


class TextFileError(Exception):
    """A file that is no text of a bounded size.

    Parameters
    ----------
    message : str
        What is wrong, without the name of the file.
    valid, hint : str
        What would be valid, and the next thing to try.
    line : int, optional
        Line of the first byte that is not UTF-8, counted from 1.
    missing : bool
        Whether there is no such file.
    """

    def __init__(
        self, message: str, valid: str = "", hint: str = "", line: int | None = None, missing: bool = False
    ) -> None:
        super().__init__(message)
        self.message, self.valid, self.hint, self.line, self.missing = message, valid, hint, line, missing


def is_file(path: Path) -> bool:
    """Whether a path names a regular file; whatever the operating system refuses to look at is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a loop of links, a name that is too long or contains a null character
        return False


def read_text_file(path: Path, maximum_bytes: int) -> tuple[str, bytes]:
    """Read a text file.

    Parameters
    ----------
    path : Path
        The file; a pipe or device is refused before it is opened, because reading one may never end.
    maximum_bytes : int
        Largest size; a larger file is refused without being read.

    Returns
    -------
    text, raw : str, bytes
        Without and with a byte order mark.

    Raises
    ------
    TextFileError
        If it cannot be read, is no regular file, is too large or not UTF-8.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise TextFileError("this is a folder, not a file", "a text file")
        if not stat.S_ISREG(status.st_mode):
            raise TextFileError("this is a pipe or device, not a file", "a text file on disk")
        if status.st_size > maximum_bytes:
            raise _too_large(status.st_size, maximum_bytes)
        with path.open("rb") as stream:
            raw = stream.read(maximum_bytes + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        text = "there is no such file" if missing else f"it cannot be read: {error.strerror or error}"
        raise TextFileError(text, "" if missing else "a file that you may read", missing=missing) from None
    except ValueError:
        raise TextFileError("its name contains a null character", "the name of a file") from None
    if len(raw) > maximum_bytes:  # files of /proc say that they are empty
        raise _too_large(len(raw), maximum_bytes)
    return _decode(raw), raw


def _too_large(size: int, maximum_bytes: int) -> TextFileError:
    return TextFileError(f"it has {size} bytes", f"at most {maximum_bytes} bytes")


def _decode(raw: bytes) -> str:
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _of_utf16(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        byte = raw[error.start : error.start + 1]
        found = f"it has the byte 0x{byte.hex().upper()} ({byte.decode('cp1252', 'replace')} in Latin-1)"
        raise TextFileError(f"{found}, which is not UTF-8", "UTF-8 text", "save it as UTF-8", line) from None
    if text.count("\0") * 4 >= max(len(text), 1):
        raise TextFileError("it is UTF-16 text or no text at all", "UTF-8 text", "save it as UTF-8", 1)
    return text


def _of_utf16(raw: bytes) -> str:
    """Text that Windows calls Unicode: its mark says what it is."""
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError:
        raise TextFileError("it starts like UTF-16 text and is none", "UTF-8 text", "save it as UTF-8", 1) from None

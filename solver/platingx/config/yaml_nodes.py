"""From the text of a YAML file to its nodes; what is no YAML is told with its line and the character to blame."""

from __future__ import annotations

import io

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

from platingx.characters import characters_in, name_of, plain
from platingx.errors import CaseError, InputError

__all__ = ["MAXIMUM_DEPTH", "compose"]

MAXIMUM_DEPTH = 40
_SYNTAX_HINT = "check the brackets, quotes and indentation of this line and the one above"
_SYNTAX_HINTS = {
    "'\\t'": "write spaces, not tabs",
    "mapping values are not allowed": "put text that contains a colon in quotes, and check the indentation",
    "undefined alias": "name a block with &NAME before its alias *NAME, or write the value again",
    "single document": "one case for each file: remove the line ---",
}
_LINES_BEFORE = 3
_OF_SYNTAX = {"", " ", ":", ",", "-", "'", '"', "[", "]", "{", "}", "#", "&", "*"}


def compose(text: str, file: str) -> Node | None:
    """Parse a text.

    Parameters
    ----------
    text : str
        YAML.
    file : str
        Where it stands, for messages.

    Returns
    -------
    Node or None
        The node at the top, None if the text is empty.

    Raises
    ------
    CaseError
        If it is no YAML, or too deep.
    """
    parser = YAML(typ="safe", pure=True)
    try:
        node: Node | None = parser.compose(io.StringIO(text))
    except MarkedYAMLError as error:
        raise CaseError(_syntax_problem(error, file, text)) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        character = text[error.position]
        message = f"the character U+{ord(character):04X} is not allowed in YAML: {name_of(character)}"
        raise CaseError(InputError(message, file, line, hint="remove it")) from None
    except RecursionError:
        valid = f"blocks and lists of at most {MAXIMUM_DEPTH} levels"
        raise CaseError(InputError("blocks or lists too deep", file, _line_of_depth(text), valid=valid)) from None
    except (YAMLError, ValueError) as error:
        raise CaseError(InputError(f"not valid YAML: {str(error).splitlines()[0]}", file)) from None
    return node


def _line_of_depth(text: str) -> int | None:
    """Line in which the blocks of a text become too deep, counted from 1; the scanner has no recursion."""
    depth = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(io.StringIO(text)):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > MAXIMUM_DEPTH:
                return int(event.start_mark.line) + 1
    except YAMLError:
        pass
    return None


def _syntax_problem(error: MarkedYAMLError, file: str, text: str) -> InputError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
    what = ", ".join(part for part in (error.context, error.problem) if part)
    hint = next((hint for words, hint in _SYNTAX_HINTS.items() if words in what), _SYNTAX_HINT)
    deceptive = _deceptive_line(error, text)
    if deceptive is not None:  # the parser stumbles a line or two behind a character that looks like another
        line, column, shown = deceptive
        return InputError(f"not valid YAML: {what}", file, line, column, value=shown, hint="type this line anew")
    return InputError(f"not valid YAML: {what}", file, line, column, hint=hint)


def _deceptive_line(error: MarkedYAMLError, text: str) -> tuple[int, int, str] | None:
    """Line and column from 1, and text, of the first character around an error that is not what it looks like."""
    marks = [mark.line for mark in (error.context_mark, error.problem_mark) if mark is not None]
    lines = text.splitlines()
    for number in reversed(
        range(max(min(marks, default=0) - _LINES_BEFORE, 0), min(max(marks, default=0) + 1, len(lines)))
    ):
        code = lines[number].partition(" #")[0]
        found = [character for character in characters_in(code) if plain(character) in _OF_SYNTAX]
        if found:
            return number + 1, code.index(found[0]) + 1, code.strip(" ")[:80]
    return None

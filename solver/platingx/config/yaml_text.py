"""The one way in which the program writes YAML: text that readers of YAML 1.1 and 1.2 understand alike.

YAML 1.1 (PyYAML and most other readers) takes ``yes`` and ``on`` for truth values, ``1:30`` for a number and ``1e-08``
for text; YAML 1.2 does not.
"""

from __future__ import annotations

import io
import math
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

__all__ = ["yaml_text"]

_TEXT = "tag:yaml.org,2002:str"
_FLOAT = "tag:yaml.org,2002:float"
_OLD_TRUTH = ("y", "Y", "n", "N")  # by the letter of YAML 1.1; PyYAML takes them for text


class _Representer(RoundTripRepresenter):  # type: ignore[misc]
    """Writes text and numbers so that both versions of YAML read the same."""


def _text(representer: _Representer, value: str) -> ScalarNode:
    if not value.isprintable():  # line breaks of all kinds and what cannot be seen
        lines = value.split("\n")
        readable = len(lines) > 1 and all(line.isprintable() for line in lines)
        return representer.represent_scalar(_TEXT, value, style="|" if readable else '"')
    tag = _old_resolver.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    plain = value not in _OLD_TRUTH and tag == _TEXT
    return representer.represent_scalar(_TEXT, value, style=None if plain else "'")


def _float(representer: _Representer, value: float) -> ScalarNode:
    return representer.represent_scalar(_FLOAT, float_text(value))


def float_text(value: float) -> str:
    """A number with all its digits, a point, and a sign in its exponent."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    mantissa, e, exponent = repr(float(value)).partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + e + exponent


_old_resolver = yaml.resolver.Resolver()
_Representer.add_representer(str, _text)
_Representer.add_representer(float, _float)


def yaml_text(data: Any) -> str:
    """Write data as YAML.

    Parameters
    ----------
    data
        Mappings, lists, text, numbers, truth values and None; those of ruamel.yaml keep their comments.
    """
    writer = YAML()
    writer.Representer = _Representer
    writer.width = 4096
    stream = io.StringIO()
    writer.dump(data, stream)
    return stream.getvalue()

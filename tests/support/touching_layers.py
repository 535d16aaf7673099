"""A case of seconds: metal between a ceramic and a flat lid that it touches."""

from pathlib import Path

from two_layers import two_layers

from platingx.config.case import Case
from platingx.post.history import read_history

__all__ = ["last", "layers"]


def layers(folder: Path, current: str = "1 A/cm^2", end: str = "20 ms", **changed: object) -> Case:
    """Metal between a ceramic and a flat lid that it touches."""
    values = {
        "constraints__collector": "free",
        "contact__collector": {"tool": "lid"},
        "tools__lid": {"shape": "flat"},
        "time__maximum_growth_increment": 0.02,
    }
    return two_layers(folder, current, end, **{**values, **changed})


def last(folder: Path) -> dict[str, float]:
    return {name: float(column.iloc[-1]) for name, column in read_history(folder).items()}

"""The registry of units of pint, whose tables are parsed once for each version of it: that takes 0.1 s."""

from __future__ import annotations

import shutil
import sys
import uuid
from functools import cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Final

from platingx.compilation.cache_folder import LEFT_OVER, cache_root, publish_folder, remove_left_overs

if TYPE_CHECKING:
    import pint

__all__ = ["REGISTRY_LOCK", "unit_registry"]

REGISTRY_LOCK: Final = RLock()
"""To be held while the registry is asked: pint fills its caches then."""


@cache
def unit_registry() -> pint.UnitRegistry:
    """All units that are understood."""
    import pint  # 0.1 s: only when the first quantity is read

    registry = _with_parsed_tables(cache_root() / f"units-{pint.__version__}-{sys.implementation.cache_tag}")
    registry.define("@alias ohm = Ohm")  # as data sheets of cells write it
    return registry


def _with_parsed_tables(folder: Path) -> pint.UnitRegistry:
    """Make a registry of the parsed tables in a folder, which is made if there is none.

    pint writes into its folder while others read there. So a new one is filled aside and renamed when it is whole.
    """
    if not folder.is_dir():
        aside = folder.with_name(f"{LEFT_OVER}{uuid.uuid4().hex}")
        try:
            registry = _registry(aside)
            publish_folder(aside, folder)
        except OSError:  # a folder that cannot be written costs the parsing at each start, nothing else
            shutil.rmtree(aside, ignore_errors=True)
            return _registry(None)
        remove_left_overs(folder.parent)
        return registry
    try:
        return _registry(folder)
    except Exception:  # what a damaged file raises when it is read is of many classes
        return _registry(None)


def _registry(folder: Path | None) -> pint.UnitRegistry:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True, on_redefinition="raise", cache_folder=folder)

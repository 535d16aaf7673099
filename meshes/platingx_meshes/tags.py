"""Names and integer tags of regions and boundaries: the one place where they are paired.

Users and solvers use the names; the integers appear only in files and in mesh tags.
"""

from types import MappingProxyType

LI = "li"
LLZO = "llzo"

COLLECTOR = "collector"
INTERFACE = "interface"
LI_SIDE = "li_side"
LLZO_TOP = "llzo_top"
LLZO_SIDE = "llzo_side"
LLZO_BOTTOM = "llzo_bottom"
SYMMETRY = "symmetry"
PIT = "pit"

#: Regions (cells). The order is also that of the ``region`` field in results: 0 = li, 1 = llzo.
REGIONS = MappingProxyType({LI: 1, LLZO: 2})

#: Boundaries (facets) of the battery geometries, then those of the verification geometries.
BOUNDARIES = MappingProxyType(
    {
        COLLECTOR: 1,  # lithium face on the current collector
        INTERFACE: 2,  # lithium | LLZO
        LI_SIDE: 3,  # free side of the lithium, or the wall it meets
        LLZO_TOP: 4,  # LLZO surface not covered by lithium
        LLZO_SIDE: 5,
        LLZO_BOTTOM: 6,
        SYMMETRY: 7,  # x = 0, or the axis r = 0, of both regions
        PIT: 8,  # pit surface of a plate without lithium
        "left": 11,
        "right": 12,
        "bottom": 13,
        "top": 14,
        "front": 15,
        "back": 16,
        "inner": 17,
        "outer": 18,
    }
)

#: First tag given to names from external meshes that are not listed above.
FIRST_FREE_TAG = 101


def assign_tags(names: list[str], table: MappingProxyType[str, int] | dict[str, int]) -> dict[str, int]:
    """Give every name its tag from ``table``, and names that are not there the next free tags, in order."""
    tags: dict[str, int] = {}
    free = FIRST_FREE_TAG
    for name in names:
        if name in table:
            tags[name] = table[name]
        elif name not in tags:
            tags[name] = free
            free += 1
    return tags

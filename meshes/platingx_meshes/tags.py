"""Names and integer tags of regions and boundaries: the one place where they are paired.

Users and solvers use the names; the integers appear only in files and in mesh tags.
"""

from types import MappingProxyType

#: The two regions of a built geometry, the metal and the electrolyte, as long as no case names them otherwise.
LI = "li"
LLZO = "llzo"

COLLECTOR = "collector"
INTERFACE = "interface"
METAL_SIDE = "metal_side"
ELECTROLYTE_TOP = "electrolyte_top"
ELECTROLYTE_SIDE = "electrolyte_side"
ELECTROLYTE_BOTTOM = "electrolyte_bottom"
SYMMETRY = "symmetry"
PIT = "pit"
SIDE = "side"
SHELL_BASE = "shell_base"
TOP = "top"

#: Regions (cells). The order is also that of the ``region`` field in results: 0 = li, 1 = llzo.
REGIONS = MappingProxyType({LI: 1, LLZO: 2})

#: Boundaries (facets) of the battery geometries, then those of the verification geometries.
BOUNDARIES = MappingProxyType(
    {
        COLLECTOR: 1,  # face of the metal on the current collector
        INTERFACE: 2,  # metal | electrolyte
        METAL_SIDE: 3,  # free side of the metal, or the wall it meets
        ELECTROLYTE_TOP: 4,  # surface of the electrolyte not covered by metal
        ELECTROLYTE_SIDE: 5,
        ELECTROLYTE_BOTTOM: 6,
        SYMMETRY: 7,  # x = 0, or the axis r = 0, of both regions
        PIT: 8,  # pit surface of a plate without metal
        SIDE: 9,  # outside of a specimen below its top
        SHELL_BASE: 10,  # what the shell of a specimen stands on
        "left": 11,
        "right": 12,
        "bottom": 13,
        TOP: 14,
        "front": 15,
        "back": 16,
        "inner": 17,
        "outer": 18,
    }
)

#: Names of boundaries in meshes for the last version, read as the present ones.
FORMER_BOUNDARIES = MappingProxyType(
    {
        "li_side": METAL_SIDE,
        "llzo_top": ELECTROLYTE_TOP,
        "llzo_side": ELECTROLYTE_SIDE,
        "llzo_bottom": ELECTROLYTE_BOTTOM,
    }
)

#: Boundaries that every case knows, whether or not it asks for them.
OF_EVERY_CASE = frozenset(
    {COLLECTOR, INTERFACE, METAL_SIDE, ELECTROLYTE_TOP, ELECTROLYTE_SIDE, ELECTROLYTE_BOTTOM, SYMMETRY}
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

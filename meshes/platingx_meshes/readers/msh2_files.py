"""Read a .msh file of version 2: every element carries the physical group it belongs to.

An element of several groups is written once for each of them, with the same nodes. What has the same nodes and another
group is therefore one element of both groups; what has the same nodes and the same group is a copy, and stays one.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import dimension_of
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import row_numbers
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.readers.gmsh_types import type_of
from platingx_meshes.readers.msh_structure import read_format
from platingx_meshes.readers.raw_mesh import RawMesh

IntArray = NDArray[np.int64]
Array = NDArray[np.float64]

_NAME = re.compile(r'^\s*(?:(\d)\s+)?(-?\d+)\s+"(.*)"\s*$')
_AGAIN = "export it from Gmsh once more: gmsh MESH -save -format msh41 -o NEW.msh"


@dataclass
class _Elements:
    """Elements of one type: labels, physical groups and labels of the nodes."""

    labels: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    nodes: list[list[int]] = field(default_factory=list)


def read_msh2(path: Path) -> RawMesh:
    """Read a file whose frame `check_msh` has checked.

    Raises
    ------
    MeshBuildError
        Naming the line, node or element at fault.
    """
    content = path.read_bytes()
    _, binary = read_format(content, path)
    with gmsh_model("element types"):
        if binary:
            labels, points = _binary_nodes(content, path)
            elements = _binary_elements(content, path)
        else:
            labels, points = _text_nodes(content, path)
            elements = _text_elements(content, path)
    order = np.argsort(labels, kind="stable")
    twice = np.flatnonzero(np.diff(labels[order]) == 0)
    if len(twice):
        raise MeshBuildError(f"{path}: node {int(labels[order[twice[0]]])} is defined twice", _AGAIN)
    raw = RawMesh(points, [], node_labels=labels)
    groups: list[tuple[int, int, IntArray]] = []
    for kind, own in elements.items():
        nodes = np.array(own.nodes, dtype=np.int64)
        numbers = np.array(own.labels, dtype=np.int64)
        places = _places(nodes, labels, order, numbers, path)
        kept, members = _merged(places, np.abs(np.array(own.groups, dtype=np.int64)))
        groups += [(len(raw.blocks), group, chosen) for group, chosen in members.items()]
        raw.blocks.append((kind, places[kept], numbers[kept]))
    names = _names(content)
    for block, group, chosen in groups:
        dimension = dimension_of(raw.blocks[block][0])
        name = names.get((dimension, group)) or names.get((-1, group)) or str(group)
        members_of = raw.members(name)
        members_of[block] = np.union1d(members_of[block], chosen)
    return raw


def _merged(places: IntArray, groups: IntArray) -> tuple[IntArray, dict[int, IntArray]]:
    """Elements that are kept, and for each group the positions of its elements among them."""
    _, numbers = np.unique(row_numbers(np.sort(places, axis=1)), return_inverse=True)
    numbers = numbers.reshape(-1)
    first_of_pair = np.zeros(len(groups), dtype=bool)
    first_of_pair[np.unique(np.stack([numbers, groups]), axis=1, return_index=True)[1]] = True
    _, first = np.unique(numbers, return_index=True)
    keep = ~first_of_pair  # a copy in the same group
    keep[first] = True
    position = np.cumsum(keep) - 1
    home = np.where(keep, position, position[first[numbers]])
    return np.flatnonzero(keep), {int(g): np.unique(home[groups == g]) for g in np.unique(groups) if g != 0}


def _places(nodes: IntArray, labels: IntArray, order: IntArray, numbers: IntArray, path: Path) -> IntArray:
    """Positions of nodes from their labels."""
    found = np.minimum(np.searchsorted(labels[order], nodes), len(labels) - 1)
    places = order[found]
    lost = labels[places] != nodes
    if lost.any():
        row, column = (int(i[0]) for i in np.nonzero(lost))
        raise MeshBuildError(
            f"{path}: element {int(numbers[row])} uses node {int(nodes[row, column])}, which is not defined", _AGAIN
        )
    return np.asarray(places)


def _section(content: bytes, name: str) -> tuple[bytes, int]:
    """What stands between $NAME and $EndNAME, and the line it begins in."""
    begin = content.find(f"${name}".encode())
    if begin < 0:
        return b"", 0
    start = content.find(b"\n", begin) + 1
    return content[start : content.find(f"$End{name}".encode(), start)], content[:start].count(b"\n") + 1


def _names(content: bytes) -> dict[tuple[int, int], str]:
    """Names of physical groups by dimension (-1 for any) and number."""
    section, _ = _section(content, "PhysicalNames")
    found = {}
    for line in section.decode("utf-8", "replace").splitlines()[1:]:
        match = _NAME.match(line)
        if match:
            found[-1 if match[1] is None else int(match[1]), abs(int(match[2]))] = match[3].strip()
    return found


def _rows(content: bytes, name: str, path: Path) -> tuple[list[str], int]:
    """Lines of a section after its count, and the line of the first."""
    section, line = _section(content, name)
    count, *rows = section.decode("ascii", "replace").splitlines()
    while rows and not rows[-1].strip():
        rows.pop()
    if not count.strip().isdigit() or int(count) != len(rows):
        raise MeshBuildError(
            f"{path}: line {line}: ${name} announces {count.strip()}, but has {len(rows)} lines", _AGAIN
        )
    return rows, line + 1


def _text_nodes(content: bytes, path: Path) -> tuple[IntArray, Array]:
    rows, first = _rows(content, "Nodes", path)
    labels, points = np.empty(len(rows), dtype=np.int64), np.empty((len(rows), 3))
    for i, row in enumerate(rows):
        try:
            label, x, y, z = row.split()
            labels[i], points[i] = int(label), (float(x), float(y), float(z))
        except (ValueError, OverflowError) as error:
            message = f"{path}: line {first + i}: not a node: {row.strip()[:60]!r}"
            raise MeshBuildError(message, "a number and three coordinates with decimal points") from error
    return labels, points


def _text_elements(content: bytes, path: Path) -> dict[str, _Elements]:
    rows, first = _rows(content, "Elements", path)
    known: dict[int, tuple[str, int]] = {}
    found: dict[str, _Elements] = {}
    for i, row in enumerate(rows):
        try:
            label, number, tags, *rest = map(int, row.split())
            if number not in known:
                known[number] = type_of(number)
            kind, count = known[number]
            if tags < 0 or len(rest) != tags + count:
                raise ValueError(f"{len(rest) - tags} nodes, but its type has {count}")
        except ValueError as error:
            reason = "" if "invalid literal" in str(error) or "unpack" in str(error) else f" ({error})"
            message = f"{path}: line {first + i}: not an element: {row.strip()[:60]!r}{reason}"
            raise MeshBuildError(message, _AGAIN) from error
        own = found.setdefault(kind, _Elements())
        own.labels.append(label)
        own.groups.append(rest[0] if tags else 0)
        own.nodes.append(rest[tags:])
    return found


def _order(content: bytes) -> str:
    """Byte order: the number 1 stands after the line of the format."""
    start = content.find(b"\n", content.find(b"\n", content.find(b"$MeshFormat")) + 1) + 1
    if int.from_bytes(content[start : start + 4], sys.byteorder) == 1:
        return "="
    return ">" if sys.byteorder == "little" else "<"


def _binary_section(content: bytes, name: str) -> tuple[int, int]:
    """Count of a section, and where its data begin."""
    begin = content.find(f"${name}\n".encode()) if b"\r" not in content[:30] else content.find(f"${name}".encode())
    line = content.find(b"\n", begin) + 1
    end = content.find(b"\n", line)
    return int(content[line:end]), end + 1


def _binary_nodes(content: bytes, path: Path) -> tuple[IntArray, Array]:
    try:
        count, start = _binary_section(content, "Nodes")
        order = _order(content)
        record = np.dtype([("label", f"{order}i4"), ("place", f"{order}f8", 3)])
        nodes = np.frombuffer(content, record, count, start)
    except ValueError as error:
        raise MeshBuildError(f"{path}: $Nodes is cut off, or no binary section as the file says", _AGAIN) from error
    return nodes["label"].astype(np.int64), nodes["place"].astype(np.float64)


def _binary_elements(content: bytes, path: Path) -> dict[str, _Elements]:
    found: dict[str, _Elements] = {}
    integer = np.dtype(f"{_order(content)}i4")
    try:
        total, place = _binary_section(content, "Elements")
        done = 0
        while done < total:
            number, count, tags = (int(value) for value in np.frombuffer(content, integer, 3, place))
            kind, nodes = type_of(number)
            width = 1 + tags + nodes
            if count < 1 or tags < 0:
                raise ValueError(f"{count} elements with {tags} tags")
            rows = np.frombuffer(content, integer, count * width, place + 12).reshape(count, width)
            own = found.setdefault(kind, _Elements())
            listed: list[list[int]] = list(rows.tolist())
            own.labels += [row[0] for row in listed]
            own.groups += [row[1] if tags else 0 for row in listed]
            own.nodes += [row[1 + tags :] for row in listed]
            place += 12 + 4 * count * width
            done += count
    except ValueError as error:
        message = f"{path}: $Elements is cut off, or no binary section as the file says ({error})"
        raise MeshBuildError(message, _AGAIN) from error
    return found

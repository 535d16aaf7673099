"""*NSET, *ELSET and *SURFACE of Abaqus."""

import re

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus_deck import Deck, LabelSet, Side, filled
from platingx_meshes.readers.abaqus_text import Block, Line, pieces

_SPAN = "FIRST, LAST, STEP with a step above zero"


def take_set(deck: Deck, block: Block) -> None:
    """Read a set of nodes or elements: labels, names of sets, or spans; nodes also as those of a set of elements."""
    what = "node_sets" if block.keyword == "NSET" else "element_sets"
    name = block.options.get(block.keyword, "")
    if not name:
        raise MeshBuildError(
            f"{block.line.place}: *{block.keyword} has no name", f"*{block.keyword}, {block.keyword}=NAME"
        )
    instance = block.options.get("INSTANCE")
    if instance is not None and instance.casefold() != deck.instance.casefold():
        raise MeshBuildError(f"{block.line.place}: there is no instance {instance!r} so far", "write *INSTANCE before")
    own: LabelSet = getattr(deck.scope, what).named(name)
    if block.keyword == "NSET" and "ELSET" in block.options:
        own.members += _nodes_of(deck, block)
    for line in block.lines:
        if "GENERATE" in block.options:
            own.spans.append(_span(deck, line))
        else:
            _take_line(deck, own, what, line, instance is not None)


def take_surface(deck: Deck, block: Block) -> None:
    """Read a surface of elements' faces, or of nodes, which is a set of nodes."""
    name, kind = block.options.get("NAME", ""), block.options.get("TYPE", "ELEMENT").upper()
    if not name:
        raise MeshBuildError(f"{block.line.place}: *SURFACE has no name", "*SURFACE, NAME=NAME")
    if kind == "NODE":
        own = deck.scope.node_sets.named(name)
        for line in block.lines:
            _take_name(deck, own, "node_sets", line, filled(line)[0])
        return
    if kind != "ELEMENT":
        raise MeshBuildError(
            f"{block.line.place}: *SURFACE with TYPE={block.options['TYPE']} is not followed",
            "a surface of faces of elements (TYPE=ELEMENT), or take it out",
        )
    sides = deck.surfaces.setdefault(name.casefold(), (name, []))[1]
    for line in block.lines:
        who, *rest = pieces(line.text)
        if len(rest) > 1:
            raise MeshBuildError(f"{line.place}: not a side: {line.text!r}", "ELEMENT OR SET, FACE")
        sides.append(Side(line, who, rest[0].upper() if rest else ""))


def elements_of(deck: Deck, side: Side) -> list[int]:
    """Labels of the elements that a line of a surface names."""
    instance, point, rest = side.who.partition(".")
    who = rest if point and instance.casefold() == deck.instance.casefold() else side.who
    if re.fullmatch("[0-9]+", who):
        return [int(who)]
    return deck.find_set(side.who, "element_sets", side.line).labels(deck.elements)


def _take_line(deck: Deck, own: LabelSet, what: str, line: Line, of_instance: bool) -> None:
    for piece in filled(line):
        if not piece:
            raise MeshBuildError(
                f"{line.place}: an empty place between commas: {line.text!r}", "labels or names of sets"
            )
        if re.fullmatch(r"[+-]?[0-9]+", piece):
            label = int(piece)
            if deck.level == "assembly" and not of_instance:
                _check_own(deck, what, line, label)
            else:
                own.members.append(label)
        else:
            _take_name(deck, own, what, line, piece)


def _take_name(deck: Deck, own: LabelSet, what: str, line: Line, name: str) -> None:
    """Take in a set, or a single label such as ``PART-1.12``."""
    instance, _, label = name.partition(".")
    if re.fullmatch("[0-9]+", label) and instance.casefold() == deck.instance.casefold():
        own.members.append(int(label))
    elif re.fullmatch("[0-9]+", name):
        own.members.append(int(name))
    else:
        own.take(deck.find_set(name, what, line))


def _check_own(deck: Deck, what: str, line: Line, label: int) -> None:
    """Labels in the assembly without an instance are its own: reference points, which belong to no cell."""
    known = deck.own_nodes if what == "node_sets" else deck.own_elements
    if label not in known:
        kind = "node" if what == "node_sets" else "element"
        raise MeshBuildError(
            f"{line.place}: the assembly has no {kind} {label} of its own",
            f"write INSTANCE={deck.instance or 'NAME'} where a set holds what belongs to the part",
        )


def _nodes_of(deck: Deck, block: Block) -> list[int]:
    """Nodes of the elements of a set."""
    elements = deck.find_set(block.options["ELSET"], "element_sets", block.line).labels(deck.elements)
    found: dict[int, None] = {}
    for label in elements:
        if label in deck.elements:
            found.update(dict.fromkeys(deck.elements[label][1]))
    return list(found)


def _span(deck: Deck, line: Line) -> range:
    """Labels of a GENERATE line: first, last and step."""
    try:
        first, last, step = ([*(int(piece) for piece in filled(line)), 1])[:3]
        labels = range(first, last + 1, step)
    except ValueError as error:
        raise MeshBuildError(f"{line.place}: not a range: {line.text!r}", _SPAN) from error
    known = len(deck.nodes) + len(deck.elements)
    if step < 1 or len(labels) > max(100 * known, 1000):
        raise MeshBuildError(
            f"{line.place}: a range of {len(labels)} labels, but there are only {known}: {line.text!r}",
            f"{_SPAN}, after the nodes and elements",
        )
    return labels

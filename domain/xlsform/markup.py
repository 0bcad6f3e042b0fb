"""A filled form as the body of an OpenRosa submission."""

from collections.abc import Sequence
from typing import Protocol

from lxml import etree

from domain.xlsform.item import Form, Given, Node
from domain.xlsform.lists import writable

OPENROSA = "http://openrosa.org/xforms"


class Filled(Protocol):
    """What is written: one filling."""

    form: Form
    given: Given

    def nodes(self, parent: Node | None = None) -> Sequence[Node]: ...
    def relevant(self, node: Node) -> bool: ...
    def value(self, path: str) -> str: ...


def submission(filled: Filled) -> bytes:
    """The relevant answers as XML, with the id of this instance."""
    form = filled.form
    root = etree.Element(form.root, nsmap={"orx": OPENROSA}, id=form.name, version=form.version)
    add(filled, root, None)
    meta = etree.SubElement(root, f"{{{OPENROSA}}}meta")
    instance = etree.SubElement(meta, f"{{{OPENROSA}}}instanceID")
    instance.text = f"uuid:{filled.given.uuid('instanceID')}"
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def add(filled: Filled, place: etree._Element, parent: Node | None) -> None:
    for node in filled.nodes(parent):
        if not filled.relevant(node):
            continue
        child = etree.SubElement(place, node.item.name)
        if node.item.kind == "question":
            child.text = "".join(filter(writable, filled.value(node.path))) or None
        else:
            add(filled, child, node)

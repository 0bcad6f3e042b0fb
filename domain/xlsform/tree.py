"""The answers of one filling as an XML tree, made only when an expression must look at it."""

from collections.abc import Callable, Sequence

from lxml import etree

from domain.xlsform.item import Form, Item, plain
from domain.xlsform.lists import writable

HIDDEN = "_"
"""The name of a node that is not relevant: no path finds it."""


class Tree:
    """One element for each question and group; the instances of a repeat once they are asked for.

    They wait because how many there are may itself be an expression.
    """

    def __init__(self, form: Form, ids: Callable[[str], Sequence[str]]) -> None:
        self.form = form
        self.ids = ids
        self.root = etree.Element(form.root)
        self.places: dict[str, etree._Element] = {"": self.root}
        self.ends: dict[str, etree._Element] = {}
        """What stands behind the last instance of each repeat that still waits."""
        for item in form.items:
            self.grow(item, self.root, "")

    def grow(self, item: Item, parent: etree._Element, above: str) -> None:
        base = f"{above}/{item.name}" if above else item.name
        # The name is kept beside the tag: a hidden node still counts for position(..).
        if item.kind == "repeat":
            self.ends[base] = etree.Comment(base)
            parent.append(self.ends[base])
            return
        place = self.places[base] = etree.SubElement(parent, item.name, of=item.name)
        for child in item.children:
            self.grow(child, place, base)

    def sprout(self, base: str) -> None:
        """Gives a repeat its instances."""
        end = self.ends.pop(base)
        item = self.form.by_path[plain(base)]
        for key in self.ids(base):
            path = f"{base}[{key}]"
            place = self.places[path] = etree.Element(item.name, of=item.name)
            end.addprevious(place)
            for child in item.children:
                self.grow(child, place, path)

    def place(self, path: str) -> etree._Element:
        """The element of a path; for a repeat without instance one that no path finds."""
        found = self.places.get(path)
        if found is None:
            parent = self.place(path.rpartition("/")[0])
            base = path.rpartition("[")[0] if path.endswith("]") else ""
            if base in self.ends:
                self.sprout(base)
            found = self.places.get(path)
        if found is None:
            found = self.places[path] = etree.SubElement(parent, HIDDEN)
        return found

    def put(self, path: str, value: str, shown: bool) -> None:
        """Writes a value, or hides the node; everything above it can be found again."""
        place = self.place(path)
        item = self.form.by_path[plain(path)]
        if item.kind == "question":
            place.text = "".join(filter(writable, value))
        place.tag = item.name if shown else HIDDEN
        above = path.rpartition("/")[0]
        while above:
            self.places[above].tag = self.form.by_path[plain(above)].name
            above = above.rpartition("/")[0]

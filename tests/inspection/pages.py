"""Reading pages: their elements, and the texts in them."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """Elements of a page in order, each with its attributes and its own text.

    Parameters
    ----------
    html : str
        All elements that must be closed have to be.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict, list[str]]] = []
        self._open: list[tuple[str, dict, list[str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {[tag for tag, *_ in self._open]}"

    def handle_starttag(self, tag, attributes):
        element = (tag, dict(attributes), [])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), []))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        if self._open:
            self._open[-1][2].append(data)

    def texts(self, tag: str) -> list[str]:
        """Texts of the elements of a kind."""
        return ["".join(text).strip() for name, _, text in self.elements if name == tag]

    def attributes(self, name: str) -> list[str]:
        """Values of an attribute, wherever it stands."""
        return [given[name] for _, given, _ in self.elements if name in given]

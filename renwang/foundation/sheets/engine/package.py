"""An Office file as what it is, a zip of parts: one part is changed, every other comes out byte for byte as it came in."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from lxml import etree

from renwang.foundation.sheets.engine.faults import BrokenWorkbook

Element = Any  # lxml tells no types
TYPES: Final = "[Content_Types].xml"
CORE: Final = "docProps/core.xml"
_RELS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_CORE: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_CORE_REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
# The same data give the same bytes: a new part carries no clock.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_PARSER: Final = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose copy of a file this is: who took it out, when, why, as one line of words and apart."""

    who: str
    at: str
    why: str
    line: str


def parsed(data: bytes) -> Element:
    """Return the root of a part; raises BrokenWorkbook."""
    try:
        return etree.fromstring(data, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError:
        raise BrokenWorkbook(found="xml") from None


def local(element: Element) -> str:
    """Return an element's name without its namespace ("" for a comment)."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def each(root: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of some names, whatever their namespace."""
    for element in root.iter():
        if local(element) in names:
            yield element


class Package:
    """One Office file, whose parts may be read, replaced, added and taken away. Check the archive's caps before."""

    def __init__(self, data: bytes) -> None:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                self._entries = [entry for entry in archive.infolist() if not entry.is_dir()]
                self._parts = {entry.filename: archive.read(entry) for entry in self._entries}
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError):
            raise BrokenWorkbook(found="zip") from None
        self._roots: dict[str, Element] = {}
        self._read: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return list(self._parts)

    def root(self, name: str) -> Element:
        """Return the root of a part, to be read or changed; raises BrokenWorkbook where there is none."""
        if name not in self._roots:
            if name not in self._parts:
                raise BrokenWorkbook(found="zip")
            self._roots[name] = parsed(self._parts[name])
            self._read[name] = etree.tostring(self._roots[name])
        return self._roots[name]

    def add(self, name: str, content: bytes, content_type: str) -> None:
        """Add a part and say what it is."""
        self._parts[name] = content
        types = self.root(TYPES)
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)

    def drop(self, name: str, owner: str) -> None:
        """Take a part away, with what is said of it and the link of its owner."""
        self._parts.pop(name, None)
        self._roots.pop(name, None)
        for one in list(self.root(TYPES)):
            if one.get("PartName") == f"/{name}":
                one.getparent().remove(one)
        rels = rels_of(owner)
        if rels in self:
            for link in list(self.root(rels)):
                if resolved(owner, link.get("Target", "")) == name:
                    link.getparent().remove(link)

    def links(self, owner: str) -> dict[str, tuple[str, str]]:
        """Return what a part links to, by the link's id: (last word of its kind, name of the part)."""
        rels = rels_of(owner)
        if rels not in self:
            return {}
        return {
            link.get("Id", ""): (link.get("Type", "").rpartition("/")[2], resolved(owner, link.get("Target", "")))
            for link in self.root(rels)
            if link.get("TargetMode") != "External" and local(link) == "Relationship"
        }

    def link(self, owner: str, kind: str, target: str) -> str:
        """Let a part link to another (``target`` as the part is named from its owner); return the link's id."""
        rels = rels_of(owner)
        if rels not in self:
            self._parts[rels] = b'<Relationships xmlns="%s"/>' % _RELS.encode()
        root = self.root(rels)
        known = {link.get("Id") for link in root}
        number = next(n for n in range(1, len(known) + 2) if f"rIdRw{n}" not in known)
        full = kind if kind.startswith("http") else f"{_OFFICE}/{kind}"
        etree.SubElement(root, f"{{{_RELS}}}Relationship", Id=f"rIdRw{number}", Type=full, Target=target)
        return f"rIdRw{number}"

    def mark(self, mark: Mark) -> None:
        """Say in the file's properties whose copy it is."""
        if CORE not in self:
            empty = f'<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="{_DC}"/>'
            self.add(CORE, empty.encode(), _CORE_TYPE)
            self.link("", _CORE_REL, CORE)
        root = self.root(CORE)
        for tag, text in (
            (f"{{{_DC}}}description", mark.line),
            (f"{{{_CORE}}}lastModifiedBy", mark.who),
        ):
            found = root.find(tag)
            if found is None:
                found = etree.SubElement(root, tag)
            found.text = legal(text)

    def bytes(self) -> bytes:
        """Return the file; unchanged parts keep their bytes, their order and their dates."""
        changed = {name: root for name, root in self._roots.items() if etree.tostring(root) != self._read[name]}
        for name, root in changed.items():
            self._parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        known = {entry.filename: entry for entry in self._entries}
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in [*(name for name in known if name in self._parts), *(n for n in self._parts if n not in known)]:
                entry = zipfile.ZipInfo(name, known[name].date_time if name in known else _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, self._parts[name])
        return buffer.getvalue()


def rels_of(owner: str) -> str:
    """Return where the links of a part stand ("" is the file as a whole)."""
    folder, _, name = owner.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def resolved(owner: str, target: str) -> str:
    """Return the name of the part a link leads to."""
    if target.startswith("/"):
        return target[1:]
    parts = owner.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def legal(text: str) -> str:
    """Return text as XML takes it."""
    return "".join(
        sign
        for sign in text
        if (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff") or sign in "\t\n"
    )

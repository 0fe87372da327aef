"""Reading the system's pages as a person does: the day's list, a link, the number of a form."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

SECTION = re.compile(r'<section aria-labelledby="(calls|visits|waiting)">(.*?)</section>', re.DOTALL)
CONTACT = re.compile(r'href="/my/contact/(\d+)/"')
SUBMISSION = re.compile(r'name="submission(?:_id)?" value="([0-9a-f-]{36})"')
LETTER = re.compile("】([甲乙丙丁戊己庚辛])：")
REPLY = re.compile(r'<form method="post" action="/replies/(\d+)/"(.*?)</form>', re.DOTALL)
CHOSEN = re.compile(r'<option value="(\d+)"( selected)?>')
DRAFT = re.compile(r'<ul class="bul-list">\s*<li><a href="/bulletins/(\d+)/">')
VERSION = re.compile(r'name="version" value="(\d+)"')
UNSENT = ("checkbox", "radio", "submit", "file")  # unless ticked
LINK = re.compile(r"https?://[^\s\"<]+?(/[sv]/[^\s\"<]+)")


@dataclass(frozen=True)
class DayList:
    """A worker's list as the page shows it, in its order: the numbers of contacts."""

    calls: list[int] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.calls and not self.visits and not self.waiting


def day_list(page: str) -> DayList:
    """Return whom "my work" says to call and to visit now, and who waits for later."""
    found = DayList()
    for name, part in SECTION.findall(page):
        numbers = getattr(found, name)
        for number in CONTACT.findall(part):
            if int(number) not in numbers:
                numbers.append(int(number))
    return found


def submission_in(page: str) -> str:
    """Return the number of a page's form."""
    found = SUBMISSION.search(page)
    return found.group(1) if found else ""


def link_in(page: str) -> str:
    """Return the path of the resident's link on a page, "" where it shows none."""
    found = LINK.search(page)
    return found.group(1) if found else ""


def number_at_end(path: str) -> int:
    """Return the last number in a path: of the thing a form has led to."""
    return int(re.findall(r"\d+", path)[-1])


def letter_in(words: str) -> str:
    """Return the letter by which a message wants to be answered, "" where the phone is of one family."""
    found = LETTER.search(words)
    return found.group(1) if found else ""


def replies_in(page: str) -> list[tuple[int, int]]:
    """Return the replies that wait on a page, each with the contact the page proposes (0: none)."""
    found = []
    for number, form in REPLY.findall(page):
        options = CHOSEN.findall(form)
        chosen = next((pk for pk, selected in options if selected), options[0][0] if options else "0")
        found.append((int(number), int(chosen)))
    return found


def draft_in(page: str) -> int:
    """Return the number of the newest draft on the list of bulletins, 0 where there is none."""
    found = DRAFT.search(page)
    return int(found.group(1)) if found else 0


def version_in(page: str) -> int:
    """Return which version of a draft a page shows, 0 where it offers nothing to publish."""
    found = VERSION.search(page)
    return int(found.group(1)) if found else 0


def form_in(page: str, action: str = "") -> dict[str, str]:
    """Return what a form of a page holds, by the names of its fields, as a browser would send it. ``action``: which one."""
    reader = _FormReader(action)
    reader.feed(page)
    return reader.fields


class _FormReader(HTMLParser):
    """Reads the fields of one form: text, hidden fields, ticked boxes, text areas, chosen options."""

    def __init__(self, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.action = action
        self.fields: dict[str, str] = {}
        self._is_inside = False
        self._area: str | None = None
        self._choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = told.get("method", "").lower() == "post" and told.get("action", "") == self.action
            return
        if not self._is_inside:
            return
        name = told.get("name", "")
        if tag == "textarea" and name:
            self._area = name
            self.fields[name] = ""
        elif tag == "select":
            self._choice = name
        elif tag == "option" and self._choice and ("selected" in told or self._choice not in self.fields):
            self.fields[self._choice] = told.get("value", "")
        elif tag == "input" and name and (told.get("type") not in UNSENT or "checked" in told):
            # A ticked box that names no value says "on".
            self.fields[name] = told.get("value", "on" if told.get("type") in UNSENT else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea" and self._area is not None:
            # The first line end after the tag is no part of the text.
            self.fields[self._area] = self.fields[self._area].removeprefix("\r\n").removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._is_inside and self._area is not None:
            self.fields[self._area] += data

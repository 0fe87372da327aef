"""Reading the system's pages as a person does: the day's list, a link, the number of a form."""

import re
from dataclasses import dataclass, field

SECTION = re.compile(r'<section aria-labelledby="(calls|visits|waiting)">(.*?)</section>', re.DOTALL)
CONTACT = re.compile(r'href="/my/contact/(\d+)/"')
SUBMISSION = re.compile(r'name="submission(?:_id)?" value="([0-9a-f-]{36})"')
LETTER = re.compile("】([甲乙丙丁戊己庚辛])：")
REPLY = re.compile(r'<form method="post" action="/replies/(\d+)/"(.*?)</form>', re.DOTALL)
CHOSEN = re.compile(r'<option value="(\d+)"( selected)?>')
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

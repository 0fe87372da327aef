"""What offices told of people beyond the register's own columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renwang.foundation.access.rules import Actor

from ..models import Attribute, Particulars
from ..rules import HouseholdIn
from ..rules.known import KnownHousehold, KnownPerson
from ..rules.labels import office_name
from ..rules.particulars import told_of
from .among import chunks
from .cards import HouseholdCard, may_see_sensitive
from .people import visible_subjects
from .sameness import same_by


@dataclass(frozen=True, slots=True)
class ToldBy:
    """What one office told of one subject: (title of the column, value)."""

    name: str
    is_household: bool
    office: str
    told: list[tuple[str, str]]

    @property
    def office_name(self) -> str:
        """What the office is called."""
        return office_name(self.office) if self.office else ""


def find_particulars(
    households: Sequence[HouseholdIn],
    found: Sequence[KnownHousehold | None],
    people: Sequence[Sequence[KnownPerson | None]],
    office: str,
) -> None:
    """Note on those who are known what this office told of them before; it is opened only where it is not the same."""
    told: dict[int, tuple[KnownHousehold | KnownPerson, str]] = {}
    for household, home, persons in zip(households, found, people, strict=True):
        if home is not None and household.particulars:
            told[home.id] = (home, household.particulars)
        for person, known in zip(household.members, persons, strict=True):
            if known is not None and person.particulars:
                told[known.id] = (known, person.particulars)
    if not told:
        return
    is_same = same_by()

    other: list[int] = []
    for part in chunks(sorted(told)):
        rows = Particulars.objects.filter(office=office, subject__id__among=part)
        for subject, index in rows.values_list("subject_id", "told_idx"):
            one, text = told[subject]
            one.told_idx = bytes(index or b"")
            if not is_same(text, "exact", one.told_idx):
                other.append(subject)
    for part in chunks(other):
        rows = Particulars.objects.filter(office=office, subject__id__among=part)
        for subject, before in rows.values_list("subject_id", "told"):
            told[subject][0].told_text = before or ""


def attributes(offices: Iterable[str] | None = None) -> list[Attribute]:
    """Return the columns that offices keep beyond the register's own, by office and title."""
    found = Attribute.objects.order_by("office", "title")
    return list(found if offices is None else found.filter(office__in=list(offices)))


def particulars_of(
    *, viewer: Actor, subject_ids: Sequence[int], offices: Iterable[str] | None = None
) -> dict[int, dict[str, dict[str, str]]]:
    """Return what offices told of subjects one may see: subject → office → code → value.

    As with sensitive ledgers: shown to the office that told it, to the command, and to whoever is answerable for the subject.
    """
    visible = visible_subjects(viewer=viewer)
    wanted = None if offices is None else list(offices)
    found: dict[int, dict[str, dict[str, str]]] = {}
    for part in chunks(sorted(set(subject_ids))):
        rows = Particulars.objects.filter(subject__in=visible.filter(id__among=part))
        if wanted is not None:
            rows = rows.filter(office__in=wanted)
        for subject, office, told in rows.values_list("subject_id", "office", "told"):
            if not may_see_sensitive(viewer, office, subject):
                continue
            found.setdefault(subject, {})[office] = told_of(told or "")
    return found


def told_by_offices(*, viewer: Actor, card: HouseholdCard) -> list[ToldBy]:
    """Return what offices' ledgers tell of a household and its members beyond the register, for whoever may read it."""
    names = {card.id: card.name, **{member.id: member.name for member in card.members}}
    titles = {(one.office, one.code): one.title for one in attributes()}
    found = particulars_of(viewer=viewer, subject_ids=list(names))
    return [
        ToldBy(
            name=names[subject],
            is_household=subject == card.id,
            office=office,
            told=[(titles.get((office, code), code.removeprefix("other:")), value) for code, value in values.items()],
        )
        for subject in names
        for office, values in sorted(found.get(subject, {}).items())
    ]

"""The plug by which a programme gives a case its typed detail."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models

from renwang.foundation.access.fields import SealedTextField

from .cases import Case

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


MOST_DAYS = 9999  # of any number a need holds: what a small column bears


class Need(models.Model):
    """One kind of need: the columns only it has, and the few things the loop must know of it."""

    code: ClassVar[str]  # "provisions.food": stored on every case, so never renamed
    label: ClassVar["StrOrPromise"]
    icon: ClassVar[str] = "help"  # name of an icon of the sprite
    office: ClassVar[str]  # the office that answers for this kind
    findings: ClassVar[frozenset[str]] = frozenset()  # the kinds of finding that open it; none: only opened by hand
    met_by: ClassVar[tuple[str, ...]]  # resources that fulfilment may offer
    seen_by: ClassVar[frozenset[str]]  # roles that see the typed detail, beyond the answerable person and the holder
    example: ClassVar[Mapping[str, Any]]  # feeds the tests, the demo data and the docs page
    is_sensitive: ClassVar[bool] = False  # its words are never copied into a note
    one_at_a_time: ClassVar[bool] = True  # a subject has one open case of this kind; told again, its detail is renewed

    choices_of: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # fields a form offers as ticks: code → words

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        """Return an unsaved need made of what was told: the fields of the same name; the rest stays in the check-in."""
        names = set(cls.detail_fields())
        return cls(**{name: value for name, value in part.items() if name in names and value not in (None, "")})

    @classmethod
    def detail_fields(cls) -> list[str]:
        """Return the names of the columns only this kind has, in their order: what a form by hand asks."""
        return [field.name for field in cls._meta.concrete_fields if field.name != "case"]

    def is_urgent(self) -> bool:
        """Answer whether this must not wait."""
        return False

    def time_to_meet(self) -> timedelta:
        """Return how long the district gives itself."""
        return timedelta(hours=24) if self.is_urgent() else timedelta(days=3)

    def due_from(self, opened_at: datetime) -> datetime:
        """Return when it must be met; a kind with a calendar of its own (working days) overrides it."""
        return opened_at + self.time_to_meet()

    def in_words(self) -> str:
        """Return the typed detail in one line, for those who may see it."""
        return ""

    def shown(self, name: str) -> Any:
        """Return the value of a column as a page shows it: what was chosen of a list in the reader's words."""
        value = getattr(self, name)
        if value and name in self.choices_of:
            words = self.choices_of[name]
            return " · ".join(str(words.get(code, code)) for code in str(value).split(","))
        field = self._meta.get_field(name)
        chosen = dict(getattr(field, "flatchoices", ()) or ())
        return str(chosen[value]) if value in chosen else value

    def plain_detail(self) -> dict[str, Any]:
        """Return the columns only this kind has with their values, sealed ones left out: no query compares those."""
        return {
            field.name: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.name != "case" and not isinstance(field, SealedTextField)
        }

    def own_words(self) -> str:
        """Return what the household said in its own words, as it stands in the text columns; nothing of a sensitive kind."""
        if self.is_sensitive:
            return ""
        told = [
            getattr(self, field.name)
            for field in self._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        return " · ".join(words for words in told if words)

    def made_to_fit(self) -> Self:
        """Return the need with what its columns can hold: texts cut at their length, numbers within bounds, else nothing.

        What was told stays whole in the check-in; one odd answer must not keep a whole batch from being written.
        """
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if field.name != "case" and value is not None:
                setattr(self, field.attname, _fit(field, value))
        return self


def _fit(column: Any, value: Any) -> Any:
    if isinstance(column, models.CharField):
        return str(value).replace("\x00", "")[: column.max_length]
    if isinstance(column, models.PositiveSmallIntegerField):
        try:
            return min(max(int(value), 0), MOST_DAYS)
        except (TypeError, ValueError, OverflowError):
            return None
    if isinstance(column, models.BooleanField):
        return value in (True, 1, "on", "yes", "true", "True")
    return value

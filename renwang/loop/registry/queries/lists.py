"""Lists of the register: households of an area, ledgers with their counts, merges."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor, next_prefix

from ..engine.names import query_key
from ..models import Division, Enrolment, Membership, Merge, Programme, SearchKey, Subject
from ..rules import DivisionLevel, SubjectKind, caller
from .cards import may_see_sensitive
from .people import visible, visible_subjects
from .search import scoped_keys

# Whoever types one letter gets the first of those it may mean, at once.
_MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class LedgerCount:
    """One ledger and how many of the viewer's subjects stand on it."""

    programme: Programme
    subjects: int


def households(
    *, viewer: Actor, area: str = "", programme: str = "", name: str = "", number: str = ""
) -> QuerySet[Subject]:
    """Return current households the viewer may see, by area and name: filtered by area, ledger, name or pinyin, number."""
    found = visible_subjects(viewer=viewer, kind=SubjectKind.HOUSEHOLD).select_related("division__parent", "household")
    if area:
        found = found.filter(in_scope("division_id", (area,)))
    if programme:
        on_ledger = Enrolment.objects.filter(programme_id=programme, until__isnull=True)
        found = found.filter(pk__in=on_ledger.values("subject_id"))
    if name:
        found = found.filter(pk__in=_bearing(viewer, name))
    if number:
        found = found.filter(household__number=number)
    return found.order_by("division_id", "name", "pk")


def _bearing(viewer: Actor, name: str) -> set[int]:
    """Return the households that bear a name, or have a member who does: one remembers the grandchild as often as the head."""
    key = query_key(name)
    if not key:
        return set()
    keys, order = scoped_keys(viewer, SearchKey.objects.filter(key__gte=key, key__lt=next_prefix(key)))
    named = set(keys.order_by(*order).values_list("subject_id", flat=True)[:_MOST_NAMED])
    homes = Membership.objects.filter(person_id__in=named, until__isnull=True).values_list("household_id", flat=True)
    return named | set(homes)


def ledgers(*, viewer: Actor, area: str = "") -> list[LedgerCount]:
    """Return the ledgers with how many stand on each; sensitive ones only for their office and the command."""
    standing = Q(until__isnull=True) & visible(viewer, "subject") & Q(subject__is_current=True)
    if area:
        standing &= in_scope("subject__division_id", (area,))
    counts = dict(Enrolment.objects.filter(standing).values_list("programme_id").annotate(many=Count("pk")).order_by())
    return [
        LedgerCount(programme, counts.get(programme.code, 0))
        for programme in Programme.objects.all()
        if not programme.is_sensitive or may_see_sensitive(viewer, programme.office, 0)
    ]


def choosable_divisions(*, viewer: Actor, permission: str) -> list[tuple[str, str]]:
    """Return villages and grids one may write in, as choices: (code, "九龙街道 西李三村")."""
    found = Division.objects.filter(
        in_scope("code", viewer.areas(permission)), level__in=(DivisionLevel.VILLAGE, DivisionLevel.GRID)
    )
    return [
        (place.code, f"{place.parent.called} {place.called}" if place.parent else place.called)
        for place in found.order_by("code").select_related("parent")
    ]


def areas(*, viewer: Actor, permission: str = "registry.view") -> list[tuple[str, str]]:
    """Return the divisions one may look at, down to the village, indented by their level, as choices."""
    found = Division.objects.filter(in_scope("code", viewer.areas(permission)))
    call = caller()
    indents = {DivisionLevel.STREET: "　", DivisionLevel.VILLAGE: "　　", DivisionLevel.GRID: "　　　"}
    return [
        (code, indents.get(DivisionLevel(level), "") + call(name, name_en))
        for code, name, name_en, level in found.order_by("code").values_list("code", "name", "name_en", "level")
    ]


def merges(*, viewer: Actor) -> QuerySet[Merge]:
    """Return the merges both of whose records the viewer may manage, the latest first."""
    managed = viewer.areas("registry.merge_subjects")
    return (
        Merge.objects.filter(in_scope("kept__division_id", managed), in_scope("gone__division_id", managed))
        .select_related("kept__division", "gone__division", "by")
        .order_by("-at", "-pk")
    )

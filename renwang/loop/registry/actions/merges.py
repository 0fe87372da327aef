"""Make two records of one subject one, and take that back with every link where it was."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.fields import refresh_blind_indexes
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import MergeUndone, SubjectsMerged
from ..models import Doubt, Household, Membership, Merge, MovedLink, Organisation, Person, SearchKey, Subject
from ..rules import DoubtStatus, SubjectKind
from .emptied import bring_back, end_emptied

# Columns that the kept record takes over where it has none: (model, columns).
_FILLED: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    SubjectKind.PERSON: (Person, ("id_number", "phone", "born_on")),
    SubjectKind.HOUSEHOLD: (Household, ("phone", "address", "lon", "lat")),
    SubjectKind.ORGANISATION: (Organisation, ("phone", "contact_name", "address")),
}


class NotMergeable(ValueError):
    """These two cannot be made one."""


class CannotUndo(ValueError):
    """A merge cannot be taken back as things stand."""


def links() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every key to a subject that any installed app holds: (model, field). Merges themselves are history and stay."""
    for relation in Subject._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model is not Merge:
            field = relation.field
            if not field.primary_key:
                yield relation.related_model, field.name


@action
def merge_subjects(*, actor: Actor, now: datetime, kept_id: int, gone_id: int, reason: str) -> SubjectsMerged:
    """Take one record into another of the same kind: every row that names it names the kept one, and is noted for the way back.

    A row that would be double (the same ledger, membership, duty or day) stays; where it is a period that still runs, it
    ends now. Raises NotMergeable.
    """
    kept, gone = _locked(kept_id, gone_id)
    actor.check_may_all("registry.merge_subjects", (kept.division_id, gone.division_id))
    if kept.kind != gone.kind:
        raise NotMergeable(_("A person, a household and an organisation cannot be made one."))
    if not kept.is_current or not gone.is_current:
        raise NotMergeable(_("One of the two is not in the register any more. Load the page again."))
    merge = Merge.objects.create(kept=kept, gone=gone, by_id=actor.user_id, reason=reason.strip()[:200], at=now)
    moved: list[MovedLink] = []
    stayed: list[MovedLink] = []
    for model, field in links():
        told, left = _move(model, field, gone_id, kept_id)
        moved += [MovedLink(merge=merge, table=model._meta.label, field=field, row_key=str(key)) for key in told]
        stayed += _end_periods(merge, model, field, left, now)
    keys = [link.row_key for link in moved if link.table == SearchKey._meta.label]
    SearchKey.objects.filter(pk__in=keys).update(code=kept.division_id)
    moved += _fill(merge, kept, gone)
    MovedLink.objects.bulk_create([*moved, *stayed])
    Subject.objects.filter(pk=gone_id).update(is_current=False, merged_into=kept, changed_at=now)
    # Of one human being with two homes one is left; the other ends, if nobody else lives there.
    end_emptied(_homes(stayed), now)
    return SubjectsMerged(merge_id=merge.pk, kept_id=kept_id, gone_id=gone_id, moved=len(moved), stayed=len(stayed))


@action
def undo_merge(*, actor: Actor, now: datetime, merge_id: int) -> MergeUndone:
    """Make two of one again: every link goes back where it was, every period that was ended runs again.

    What was added to the kept record since stays there. Raises CannotUndo.
    """
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise CannotUndo(_("There is no such merge."))
    kept, gone = _locked(merge.kept_id, merge.gone_id)
    actor.check_may_all("registry.undo_merge", (kept.division_id, gone.division_id))
    if not kept.is_current:
        raise CannotUndo(_("The kept record has itself been merged since. Take that merge back first."))
    if not Merge.objects.filter(pk=merge_id, undone_at__isnull=True).update(undone_at=now):
        raise CannotUndo(_("This merge has been taken back already."))
    found = list(MovedLink.objects.filter(merge=merge).order_by("pk"))
    tables = {model._meta.label: model for model, _field in links()}
    try:
        with transaction.atomic():
            for (table, field), rows in _grouped(link for link in found if not link.field.startswith("filled:")):
                model = tables[table]
                back = [link.row_key for link in rows if link.ended_on is None]
                model._base_manager.filter(pk__in=back, **{f"{field}_id": kept.pk}).update(**{field: gone.pk})
                again = [link.row_key for link in rows if link.ended_on is not None]
                if again:
                    model._base_manager.filter(pk__in=again).update(until=None)
    except IntegrityError:
        raise CannotUndo(
            _("Something was entered since that stands against it. End the double entries first, then try again.")
        ) from None
    keys = [link.row_key for link in found if link.table == SearchKey._meta.label]
    SearchKey.objects.filter(pk__in=keys).update(code=gone.division_id)
    _empty(kept, gone, [link.field.removeprefix("filled:") for link in found if link.field.startswith("filled:")])
    Subject.objects.filter(pk=gone.pk).update(is_current=True, merged_into=None, changed_at=now)
    bring_back(_homes(link for link in found if link.ended_on is not None), now)
    # Whoever takes a merge back says that they are two; nobody is asked again.
    Doubt.objects.filter(merge=merge, status=DoubtStatus.SAME).update(status=DoubtStatus.APART)
    return MergeUndone(merge_id=merge_id, kept_id=kept.pk, gone_id=gone.pk, moved=len(found))


def _homes(ended: Iterable[MovedLink]) -> set[int]:
    """Return the households of the memberships that a merge ended."""
    rows = [int(link.row_key) for link in ended if link.table == Membership._meta.label and link.field == "person"]
    return set(Membership.objects.filter(pk__in=rows).values_list("household_id", flat=True))


def _locked(kept_id: int, gone_id: int) -> tuple[Subject, Subject]:
    if kept_id == gone_id:
        raise NotMergeable(_("Choose two different entries."))
    both = {s.pk: s for s in Subject.objects.select_for_update().filter(pk__in=(kept_id, gone_id)).order_by("pk")}
    if len(both) != 2:
        raise NotMergeable(_("One of the two is not in the register any more. Load the page again."))
    return both[kept_id], both[gone_id]


def _move(model: type[models.Model], field: str, gone_id: int, kept_id: int) -> tuple[list[Any], list[Any]]:
    """Let the rows that name the gone one name the kept one; return the keys of those that did, and of those that could not."""
    rows = model._base_manager.filter(**{field: gone_id})
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if not keys:
        return [], []
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{field: kept_id})
            return keys, []
    except IntegrityError:
        pass
    moved, left = [], []
    # One by one, only where some row would be double: the database alone knows every constraint.
    for key in keys:
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=key).update(**{field: kept_id})
                moved.append(key)
        except IntegrityError:
            left.append(key)
    return moved, left


def _end_periods(
    merge: Merge, model: type[models.Model], field: str, left: list[Any], now: datetime
) -> list[MovedLink]:
    """End those of the rows left behind that are periods still running; return what is noted of them."""
    until = next((f for f in model._meta.concrete_fields if f.name == "until" and f.null), None)
    if until is None or not left:
        return []
    today: date = timezone.localtime(now).date()
    end: date | datetime = now if isinstance(until, models.DateTimeField) else today
    running = model._base_manager.filter(pk__in=left, until__isnull=True)
    keys = list(running.values_list("pk", flat=True))
    # A period that was to begin later ends as it begins.
    running.filter(since__gt=end).update(until=models.F("since"))
    model._base_manager.filter(pk__in=keys, until__isnull=True).update(until=end)
    return [
        MovedLink(merge=merge, table=model._meta.label, field=field, row_key=str(key), ended_on=today) for key in keys
    ]


def _fill(merge: Merge, kept: Subject, gone: Subject) -> list[MovedLink]:
    """Let the kept record take over what only the gone one has."""
    model, columns = _FILLED[kept.kind]
    ours, theirs = (model._base_manager.filter(pk=pk).first() for pk in (kept.pk, gone.pk))
    if ours is None or theirs is None:
        return []
    filled = [name for name in columns if getattr(ours, name) in (None, "") and getattr(theirs, name) not in (None, "")]
    for name in filled:
        setattr(ours, name, getattr(theirs, name))
    if filled:
        refresh_blind_indexes([ours])
        ours.save()
    return [
        MovedLink(merge=merge, table=model._meta.label, field=f"filled:{name}", row_key=str(kept.pk)) for name in filled
    ]


def _empty(kept: Subject, gone: Subject, columns: list[str]) -> None:
    """Empty the columns that a merge filled, unless they were changed since."""
    model, _columns = _FILLED[kept.kind]
    ours, theirs = (model._base_manager.filter(pk=pk).first() for pk in (kept.pk, gone.pk))
    if not columns or ours is None or theirs is None:
        return
    for name in columns:
        if getattr(ours, name) == getattr(theirs, name):
            setattr(ours, name, None if model._meta.get_field(name).null else "")
    refresh_blind_indexes([ours])
    ours.save()


def _grouped(found: Iterable[MovedLink]) -> list[tuple[tuple[str, str], list[MovedLink]]]:
    groups: dict[tuple[str, str], list[MovedLink]] = {}
    for link in found:
        groups.setdefault((link.table, link.field), []).append(link)
    return list(groups.items())

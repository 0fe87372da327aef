"""An office's own form: taken in, its columns mapped by a person, set to fill itself."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import ColumnsMapped, FormPlanned, FormTakenIn
from ..models import Form, FormColumn, FormVersion
from ..queries import Opened, catalogue, check_programme, opened
from ..rules import CannotDo, Level, check_speaks, column_key

_NAME_TAKEN: Final = gettext_lazy("There is a form of this name already: open it and send the new version there.")


@action
def take_in_form(
    *,
    actor: Actor,
    now: datetime,
    area: str,
    office: str,
    name: str,
    filename: str,
    content: bytes,
    form_id: int | None = None,
) -> FormTakenIn:
    """Take in an office's empty form, or another version of one: what was decided for a column holds, only a new title asks.

    The same file again changes nothing. Raises a SheetFault (`rules.in_words` tells it), CannotDo.
    """
    digest = hashlib.sha256(content).hexdigest()
    form = _form(actor, now, area=area, office=office, name=name, form_id=form_id, digest=digest)
    actor.check_may("paperwork.take_in_form", form.area)
    check_speaks(actor, form.office)
    last = form.versions.order_by("-number").defer("blob").first() if form.pk else None
    if last is not None and last.digest == digest:
        left = last.columns.filter(is_decided=False).count()
        return FormTakenIn(form_id=form.pk, version_id=last.pk, number=last.number, to_decide=left, seen_before=True)
    found = opened(content, catalogue(actor), level=Level(last.level) if last else None)
    _save(form)
    version = FormVersion.objects.create(
        form=form,
        number=last.number + 1 if last else 1,
        filename=filename[:200],
        kind=found.kind,
        blob=content,
        digest=digest,
        place=found.table.place[:80],
        level=found.proposal.level,
        by_id=actor.user_id,
        at=now,
    )
    columns = _columns(version, found, last)
    FormColumn.objects.bulk_create(columns)
    left = sum(1 for column in columns if not column.is_decided)
    return FormTakenIn(form_id=form.pk, version_id=version.pk, number=version.number, to_decide=left, seen_before=False)


def _form(actor: Actor, now: datetime, *, area: str, office: str, name: str, form_id: int | None, digest: str) -> Form:
    if form_id is not None:
        return Form.objects.select_for_update().get(pk=form_id)
    name = " ".join(name.split())[:80]
    if not name:
        raise CannotDo(_("Give the form the name your office calls it by."))
    known = Form.objects.filter(area=area, office=office, name=name).first()
    if known is not None:
        if known.versions.order_by("-number").values_list("digest", flat=True).first() == digest:
            return known  # sent twice
        raise CannotDo(_NAME_TAKEN)
    return Form(name=name, office=office, area=area, by_id=actor.user_id, made_at=now)


def _save(form: Form) -> None:
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:  # two officers sent a form of this name at once: the database lets one
        raise CannotDo(_NAME_TAKEN) from None


def _columns(version: FormVersion, found: Opened, last: FormVersion | None) -> list[FormColumn]:
    # Of two columns called 电话 the first stays the first: they are told apart by how often the title came before.
    settled: dict[tuple[str, int], FormColumn] = {}
    if last is not None:
        earlier = list(last.columns.all())
        settled = dict(zip(_numbered([column.key for column in earlier]), earlier, strict=True))
    columns = []
    titles = found.table.titles
    for key, title in zip(_numbered([column_key(title.path) for title in titles]), titles, strict=True):
        known = settled.get(key)
        if known is not None and not known.is_decided:
            known = None
        columns.append(
            FormColumn(
                version=version,
                position=title.column,
                title=title.path[:200],
                key=key[0],
                field=known.field if known else found.proposal.fields.get(title.column, ""),
                # A column that only counts the rows asks nobody.
                is_decided=known is not None or title.is_serial or title.column in found.table.counted,
                question_id=known.question_id if known else None,
            )
        )
    return columns


def _numbered(keys: Iterable[str]) -> list[tuple[str, int]]:
    """Return each key with how often it came before."""
    seen: Counter[str] = Counter()
    numbered = []
    for key in keys:
        numbered.append((key, seen[key]))
        seen[key] += 1
    return numbered


@action
def map_columns(
    *, actor: Actor, now: datetime, version_id: int, level: str, fields: Mapping[int, str]
) -> ColumnsMapped:
    """Say what each column of a version is filled with ("" is left empty), and what one row stands for. Raises CannotDo."""
    version = FormVersion.objects.defer("blob").select_related("form").select_for_update().get(pk=version_id)
    actor.check_may("paperwork.map_columns", version.form.area)
    check_speaks(actor, version.form.office)
    if level not in Level.values:
        raise CannotDo(_("Say what one row of the form stands for."))
    known = {field.code for field in catalogue(actor).at(Level(level))}
    columns = list(version.columns.all())
    for column in columns:
        code = fields.get(column.position, column.field)
        # What somebody else, with other rights, has chosen stays.
        if code and code != column.field and code not in known:
            raise CannotDo(_("“%(title)s” cannot be filled with this.") % {"title": column.title})
        column.field = code if code in known or code == column.field else ""
        column.is_decided = True
    FormColumn.objects.bulk_update(columns, ["field", "is_decided"])
    FormVersion.objects.filter(pk=version_id).update(level=level)
    return ColumnsMapped(version_id=version_id, fields=tuple(column.field for column in columns))


@action
def plan_form(*, actor: Actor, now: datetime, form_id: int, daily_at: time | None, programme: str) -> FormPlanned:
    """Let a form fill itself every day at an hour (None: no longer), and say whom it lists ("": everybody).

    It fills itself with the rights of whoever plans it, protected fields masked. Raises CannotDo.
    """
    form = Form.objects.select_for_update().get(pk=form_id)
    actor.check_may("paperwork.plan_form", form.area)
    check_speaks(actor, form.office)
    check_programme(actor, programme)
    Form.objects.filter(pk=form_id).update(
        daily_at=daily_at, programme_id=programme or None, by_id=actor.user_id or form.by_id
    )
    told = daily_at.isoformat("minutes") if daily_at else ""
    return FormPlanned(form_id=form_id, daily_at=told, programme=programme)

"""Enter enterprises, schools, suppliers and offices."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from renwang.foundation.access.fields import refresh_blind_indexes
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import OrganisationsRegistered
from ..models import Enrolment, Organisation, Subject
from ..queries.sameness import is_same
from ..rules import OrganisationIn, SubjectKind, Verdict
from ..rules.entering import Trace, runs_of
from . import keys
from .households import check_divisions, check_programmes, lock_register


@action
def register_organisations(
    *,
    actor: Actor,
    now: datetime,
    organisations: Sequence[OrganisationIn],
    source: str,
    traces: list[Trace] | None = None,
) -> OrganisationsRegistered:
    """Enter organisations or bring them up to date: by credit code, else by name and division; the same again changes nothing.

    ``traces`` takes what is written of the organisations themselves, for the way back.
    Raises UnknownDivision, UnknownProgramme.
    """
    codes = {told.division for told in organisations}
    actor.check_may_all("registry.register_organisations", codes)
    check_divisions(codes)
    check_programmes({enrolment.programme for told in organisations for enrolment in told.enrolments})
    lock_register(codes)
    known = Organisation.objects.filter(subject__is_current=True).select_related("subject")
    by_code = {
        one.credit_code: one for one in known.filter(credit_code__in={o.credit_code for o in organisations} - {""})
    }
    by_name = {
        (one.subject.name, one.subject.division_id): one
        for one in known.filter(subject__name__in={o.name for o in organisations}, subject__division_id__in=codes)
    }
    found: list[Organisation] = []
    verdicts: list[Verdict] = []
    fresh: list[Organisation] = []
    changed: dict[int, Organisation] = {}
    columns: list[Trace] = []
    for told in organisations:
        one = by_code.get(told.credit_code) if told.credit_code else None
        namesake = by_name.get((told.name, told.division))
        if one is None and namesake and not (told.credit_code and namesake.credit_code):
            one = namesake
        if one is None:
            subject = Subject(
                kind=SubjectKind.ORGANISATION, name=told.name, division_id=told.division, added_at=now, changed_at=now
            )
            one = Organisation(
                subject=subject,
                credit_code=told.credit_code,
                contact_name=told.contact_name,
                phone=told.phone or None,
                address=told.address,
            )
            fresh.append(one)
            by_name[told.name, told.division] = one
            if told.credit_code:
                by_code[told.credit_code] = one
            verdicts.append(Verdict.NEW)
        else:
            if one.subject.pk:
                actor.check_may("registry.register_organisations", one.subject.division_id)
            is_changed = bool(differing := _bring_up_to_date(one, told, now))
            if is_changed and one.subject.pk:
                changed[one.subject.pk] = one
                columns += [Trace(what, one.subject.pk, one.subject.pk, old, new) for what, old, new in differing]
            verdicts.append(Verdict.CHANGED if is_changed else Verdict.UNCHANGED)
        found.append(one)
    Subject.objects.bulk_create([one.subject for one in fresh])
    for one in fresh:
        one.subject = one.subject  # its key is known only now; the row stays at hand
    Organisation.objects.bulk_create(fresh)
    refresh_blind_indexes(changed.values())
    Subject.objects.bulk_update([one.subject for one in changed.values()], ["name", "division", "changed_at"], 200)
    Organisation.objects.bulk_update(
        list(changed.values()), ["credit_code", "contact_name", "phone", "phone_idx", "address"], 100
    )
    keys.write_keys((one.subject.pk, one.subject.name, one.subject.division_id) for one in fresh)
    keys.rewrite_keys((one.subject.pk, one.subject.name, one.subject.division_id) for one in changed.values())
    _enrol(found, organisations, verdicts, now)
    if traces is not None:
        # One column after the other, each in the order it was written: taken back a column at a time, the latest first.
        traces += runs_of("subject", [one.subject.pk for one in fresh])
        traces += sorted(columns, key=lambda trace: trace.what)
    return OrganisationsRegistered(
        batch_id=secrets.token_hex(8),
        source=source,
        organisation_ids=tuple(one.subject.pk for one in found),
        verdicts=tuple(verdict.value for verdict in verdicts),
    )


def _bring_up_to_date(one: Organisation, told: OrganisationIn, now: datetime) -> list[tuple[str, str, str]]:
    """Set what was told and differs; return it: column, old, new."""
    differs: list[tuple[str, str, str]] = []
    for column in ("credit_code", "contact_name", "address"):
        value = getattr(told, column)
        if value and value != getattr(one, column):
            differs.append((f"organisation.{column}", getattr(one, column), value))
            setattr(one, column, value)
    if told.phone and not is_same(told.phone, "phone", one.phone_idx):
        differs.append(("organisation.phone", one.phone or "", told.phone))
        one.phone = told.phone
    for column, value in (("name", told.name), ("division_id", told.division)):
        if value != getattr(one.subject, column):
            differs.append((f"subject.{column}", getattr(one.subject, column), value))
            setattr(one.subject, column, value)
    if differs:
        one.subject.changed_at = now
    return differs


def _enrol(
    found: Sequence[Organisation], organisations: Sequence[OrganisationIn], verdicts: list[Verdict], now: datetime
) -> None:
    today = timezone.localtime(now).date()
    ids = [one.subject.pk for one in found]
    held = set(
        Enrolment.objects.filter(subject_id__in=ids, until__isnull=True).values_list("subject_id", "programme_id")
    )
    rows = []
    for place, (one, told) in enumerate(zip(found, organisations, strict=True)):
        for enrolment in told.enrolments:
            if (one.subject.pk, enrolment.programme) not in held:
                held.add((one.subject.pk, enrolment.programme))
                rows.append(
                    Enrolment(
                        subject_id=one.subject.pk,
                        programme_id=enrolment.programme,
                        since=enrolment.since or today,
                        reason=enrolment.reason,
                    )
                )
                if verdicts[place] is Verdict.UNCHANGED:
                    verdicts[place] = Verdict.CHANGED
    Enrolment.objects.bulk_create(rows)

"""Enter enterprises, their meters, and who is stationed at them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.assignments import actions as assignments
from renwang.loop.registry import actions as registry
from renwang.loop.registry.models import Division, Organisation, Subject
from renwang.loop.registry.rules import OrganisationIn

from .. import queries
from ..events import CadresStationed, EnterprisesRegistered, MetersSet
from ..models import Enterprise, Meter
from ..rules.enterprises import DuplicateCode, EnterpriseIn, MeterHeld, MeterIn, Refused, checked, overlap, twice
from .standing import following

PROFILE = ("industry", "is_designated", "staff", "site", "lon", "lat")


@action
def register_enterprises(
    *, actor: Actor, now: datetime, enterprises: Sequence[EnterpriseIn], source: str
) -> EnterprisesRegistered:
    """Enter enterprises or bring them up to date, by credit code; the same again changes nothing. Bulk.

    Raises NotACreditCode, DuplicateCode (which lists them), Refused, and what ``register_organisations`` raises.
    """
    told = [checked(one) for one in enterprises]
    actor.check_may_all("enterprise.register_enterprises", {one.division for one in told})
    if again := twice([one.credit_code for one in told]):
        raise DuplicateCode(again)
    known_places = set(Division.objects.filter(pk__in={one.division for one in told}).values_list("pk", flat=True))
    if strange := sorted({one.division for one in told} - known_places):
        raise Refused(_("There is no division with the code %(code)s.") % {"code": "、".join(strange)})
    _check_own_area(actor, [one.credit_code for one in told])
    made = registry.register_organisations(
        actor=following(actor), now=now, organisations=[_as_organisation(one) for one in told], source=source
    )
    ids = made.organisation_ids
    before = {one.pk: one for one in Enterprise.objects.filter(pk__in=ids)}
    fresh = []
    changed = []
    for subject_id, one in zip(ids, told, strict=True):
        kept = before.get(subject_id)
        if kept is None:
            fresh.append(Enterprise(subject_id=subject_id, added_at=now, **_profile(one)))
        elif _profile(one) != {name: getattr(kept, name) for name in PROFILE}:
            for name, value in _profile(one).items():
                setattr(kept, name, value)
            changed.append(kept)
    Enterprise.objects.bulk_create(fresh, batch_size=1000)
    Enterprise.objects.bulk_update(changed, PROFILE, batch_size=500)
    return EnterprisesRegistered(enterprise_ids=ids, count_new=len(fresh), count_changed=len(changed))


def _check_own_area(actor: Actor, codes: Sequence[str]) -> None:
    """Raise NotAllowed where a code belongs to a firm of an area the actor may not write."""
    areas = Organisation.objects.filter(credit_code__in=codes, subject__is_current=True)
    actor.check_may_all("enterprise.register_enterprises", areas.values_list("subject__division_id", flat=True))


def _as_organisation(one: EnterpriseIn) -> OrganisationIn:
    return OrganisationIn(
        name=one.name,
        division=one.division,
        credit_code=one.credit_code,
        contact_name=one.contact_name,
        phone=one.phone,
        address=one.address,
    )


def _profile(one: EnterpriseIn) -> dict[str, object]:
    return {name: getattr(one, name) for name in PROFILE}


@action
def set_meters(*, actor: Actor, now: datetime, meters: Sequence[MeterIn]) -> MetersSet:
    """Write down which meters belong to which enterprise from when on; a meter another firm has is moved: its row ends the
    day before. The same again is nothing. Bulk. Raises MeterHeld where two periods of one meter would overlap otherwise."""
    meters = [replace(one, number=one.number.strip()) for one in meters]
    ids = {one.enterprise_id for one in meters}
    places = dict(Subject.objects.filter(pk__in=ids, enterprise__isnull=False).values_list("pk", "division_id"))
    if ids - set(places):
        raise Refused(_("This enterprise is not in the register."))
    actor.check_may_all("enterprise.set_meters", places.values())
    numbers = {one.number for one in meters}
    rows: dict[str, list[Meter]] = {}
    for row in Meter.objects.select_for_update().filter(number__in=numbers).order_by("since"):
        rows.setdefault(row.number, []).append(row)
    actor.check_may_all("enterprise.set_meters", _areas_of(rows))
    fresh: list[Meter] = []
    ended: list[Meter] = []
    for one in meters:
        if not one.number or len(one.number) > 30:
            raise Refused(_("A meter number has 1 to 30 characters."))
        if one.until is not None and one.until < one.since:
            raise Refused(_("A meter ends after it begins."))
        _place(one, rows.setdefault(one.number, []), fresh, ended)
    # What ends must end before its successor begins: the database holds one open row for each meter.
    Meter.objects.bulk_update(ended, ["until"], batch_size=500)
    Meter.objects.bulk_create(fresh, batch_size=1000)
    return MetersSet(enterprise_ids=tuple(sorted(ids)), count_new=len(fresh), count_ended=len(ended))


def _areas_of(rows: dict[str, list[Meter]]) -> list[str]:
    held = {row.enterprise_id for some in rows.values() for row in some}
    return list(Subject.objects.filter(pk__in=held).values_list("division_id", flat=True))


def _place(one: MeterIn, rows: list[Meter], fresh: list[Meter], ended: list[Meter]) -> None:
    for row in rows:
        if (row.enterprise_id, row.since) == (one.enterprise_id, one.since) and row.until == one.until:
            return
        if (
            row.enterprise_id == one.enterprise_id
            and row.until is None
            and one.until is None
            and row.since <= one.since
        ):
            return
        if row.until is None and row.since < one.since:
            row.until = one.since - timedelta(days=1)
            ended.append(row)
        elif overlap(row.since, row.until, one.since, one.until):
            words = (
                _("This enterprise has meter %(number)s from %(since)s on already. End that first.")
                if row.enterprise_id == one.enterprise_id
                else _("Meter %(number)s belongs to another enterprise from %(since)s on. End that first.")
            )
            raise MeterHeld(words % {"number": one.number, "since": row.since})
    made = Meter(enterprise_id=one.enterprise_id, number=one.number, since=one.since, until=one.until)
    rows.append(made)
    fresh.append(made)


@action
def end_meter(*, actor: Actor, now: datetime, meter_id: int, until: date) -> MetersSet:
    """End a meter of an enterprise with a day: it was taken down."""
    row = Meter.objects.select_for_update().select_related("enterprise__subject").get(pk=meter_id)
    actor.check_may("enterprise.set_meters", row.enterprise.subject.division_id)
    if until < row.since:
        raise Refused(_("A meter ends after it begins."))
    Meter.objects.filter(pk=meter_id).update(until=until)
    return MetersSet(enterprise_ids=(row.enterprise_id,), count_new=0, count_ended=1)


@action
def station_cadre(*, actor: Actor, now: datetime, pairs: Sequence[tuple[int, int]]) -> CadresStationed:
    """Give enterprises their cadre: pairs of (account, enterprise). One at a time; the former one's duty ends."""
    places = dict(
        Subject.objects.filter(pk__in={firm for _user, firm in pairs}, enterprise__isnull=False).values_list(
            "pk", "division_id"
        )
    )
    if len(places) != len({firm for _user, firm in pairs}):
        raise Refused(_("This enterprise is not in the register."))
    actor.check_may_all("enterprise.station_cadre", places.values())
    fitting = set(
        queries.cadres(
            areas=tuple(sorted({code[:n] for code in places.values() for n in range(len(code) + 1)})), now=now
        )
        .filter(pk__in={user for user, _firm in pairs})
        .values_list("pk", flat=True)
    )
    if {user for user, _firm in pairs} - fitting:
        raise Refused(_("Only an account with the role of a stationed cadre can be stationed at an enterprise."))
    assignments.assign(
        actor=following(actor), now=now, duty=queries.CADRE, pairs=pairs, reason=_("one firm, one cadre")
    )
    return CadresStationed(count=len(pairs))

"""Reads about what was told."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Membership

from ..models import CheckIn, Finding
from ..rules import NEEDS

FINDING_WORDS = {
    "fever": gettext_lazy("fever"),
    "symptoms": gettext_lazy("symptoms"),
    "risk_travel": gettext_lazy("came from an area of risk"),
    "exposure": gettext_lazy("contact with somebody ill"),
    "caregiver_absent": gettext_lazy("nobody to care for them"),
    "needs_food": gettext_lazy("needs food or daily goods"),
    "needs_medicine": gettext_lazy("needs medicine"),
    "needs_heating": gettext_lazy("needs heating"),
    "needs_repair": gettext_lazy("needs a repair"),
    "needs_other": gettext_lazy("needs something else"),
}


def visible_check_ins(*, viewer: Actor) -> QuerySet[CheckIn]:
    """Return the check-ins of the households the viewer may see."""
    scope = in_scope("contact__division_id", viewer.areas("rounds.view"))
    if viewer.people and viewer.may_anywhere("rounds.view"):
        scope |= Q(household_id__in=viewer.people)
    return CheckIn.objects.filter(scope)


def check_ins_of(*, viewer: Actor, household_id: int) -> QuerySet[CheckIn]:
    """Return what one household told, the latest first."""
    return (
        visible_check_ins(viewer=viewer)
        .filter(household_id=household_id)
        .select_related("by", "told_by")
        .order_by("-told_at", "-pk")
    )


def findings_of(check_in: CheckIn) -> QuerySet[Finding]:
    """Return what a check-in says that somebody must know."""
    return Finding.objects.filter(check_in=check_in).select_related("subject").order_by("pk")


def findings_for(check_in_ids: Collection[int]) -> dict[int, list[Finding]]:
    """Return the findings of many check-ins at once."""
    found: dict[int, list[Finding]] = {pk: [] for pk in check_in_ids}
    for finding in Finding.objects.filter(check_in_id__in=check_in_ids).select_related("subject").order_by("pk"):
        found[finding.check_in_id].append(finding)
    return found


def finding_in_words(kind: str) -> str:
    """Return a kind of finding in words."""
    return str(FINDING_WORDS.get(kind, kind))


def check_in_by_submission(submission_id: UUID) -> CheckIn | None:
    """Return the check-in a form became, or None."""
    return CheckIn.objects.filter(submission_id=submission_id).first()


def last_check_in_of(contact_id: int) -> CheckIn | None:
    """Return the last check-in of a contact the viewer has already been shown to see."""
    return CheckIn.objects.filter(contact_id=contact_id).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Told:
    """One check-in in a few words, for a card or a time line."""

    words: str
    is_alarm: bool


def in_short(check_in: CheckIn, findings: Collection[Finding]) -> Told:
    """Return what a household said, in one line without opening its answers."""
    if findings:
        said = dict.fromkeys(finding_in_words(finding.kind) for finding in findings)
        return Told(_("、").join(said), is_alarm=True)
    return Told(_("all well") if check_in.all_well else _("nothing that needs help"), is_alarm=False)


def recent_places(viewer: Actor, division_id: str) -> list[str]:
    """Return the places people of a village were lately back from, as its own viewer told them: the most frequent first."""
    told = (
        visible_check_ins(viewer=viewer).filter(contact__division_id=division_id, all_well=False).order_by("-pk")[:60]
    )
    counted: dict[str, int] = {}
    for check_in in told:
        for part in (check_in.answers.get("members") or {}).values():
            if place := (part.get("travel") or {}).get("place"):
                counted[place] = counted.get(place, 0) + 1
    return sorted(counted, key=lambda place: -counted[place])[:6]


def needs_in_words(code: str) -> str:
    """Return a need in words."""
    return str(NEEDS.get(code, code))


def relations_in(household_id: int) -> dict[int, str]:
    """Return how each current member is called without a name: "head of household", "son"…"""
    rows = Membership.objects.filter(household_id=household_id, until__isnull=True).order_by("pk")
    return {row.person_id: str(row.get_relation_display()) for row in rows}

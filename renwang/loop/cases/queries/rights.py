"""Who sees which case, who sees what is needed, who handled it, who may take it over."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import grants_at, in_scope
from renwang.foundation.access.rules import ROLES, Actor, NotAllowed, is_within
from renwang.loop.registry.models import Division

from .. import kinds
from ..models import Case, CaseStep, Need, Referral
from ..rules import LIVE, ReferralKind, ReferralState, Status, StepSays, shared_prefix

HANDED_TO = (ReferralState.OFFERED, ReferralState.ACCEPTED)


def visible(viewer: Actor) -> Q:
    """Return the filter "this case may be seen": of the viewer's areas, of their people, held by or handed to them."""
    areas = viewer.areas("cases.view")
    scope = in_scope("division_id", areas)
    if "" in areas or viewer.user_id is None or not viewer.may_anywhere("cases.view"):
        return scope
    scope |= Q(holder_id=viewer.user_id)
    if viewer.people:
        scope |= Q(subject_id__in=viewer.people)
    # Few: as plain numbers, so that the worklist's own index is still used.
    to_area = Q(to_user=None, state=ReferralState.OFFERED) & in_scope("to_area", viewer.areas("cases.answer_referral"))
    # An area that handed a case on still sees what becomes of its own people.
    away = Q(kind=ReferralKind.TRANSFER, state=ReferralState.ACCEPTED, case__status__in=LIVE)
    away &= in_scope("case__subject__division_id", areas)
    handed = Referral.objects.filter(Q(to_user_id=viewer.user_id, state__in=HANDED_TO) | to_area | away)
    ids = list(handed.exclude(kind=ReferralKind.ASSIGN).values_list("case_id", flat=True))
    return scope | Q(pk__in=ids) if ids else scope


def visible_cases(*, viewer: Actor, seen: Q | None = None) -> QuerySet[Case]:
    """Return the cases the viewer may see, with subject, place and holder. ``seen``: `visible(viewer)`, where one has it already."""
    found = Case.objects.filter(visible(viewer) if seen is None else seen)
    return found.select_related("subject", "division", "holder")


def may_with(actor: Actor, permission: str, case: Case) -> bool:
    """Answer whether the actor may do this with a case: by area, as its people's helper, as its holder, or asked to help."""
    if actor.may_for(permission, case.division_id, case.subject_id):
        return True
    if actor.user_id is None or not actor.may_anywhere(permission):
        return False
    if case.holder_id == actor.user_id:
        return True
    return is_helping(actor, case)


def is_helping(viewer: Actor, case: Case) -> bool:
    """Answer whether the viewer has accepted to help with a case."""
    mine = Referral.objects.filter(case=case, to_user_id=viewer.user_id, kind=ReferralKind.REFER)
    return viewer.user_id is not None and mine.filter(state=ReferralState.ACCEPTED).exists()


def may_see_detail(viewer: Actor, case: Case, need: type[Need]) -> bool:
    """Answer whether the viewer sees what is needed in words: the holder, the answerable person, whom the kind names."""
    if viewer.is_system or (viewer.user_id is not None and viewer.user_id == case.holder_id):
        return True
    if case.subject_id in viewer.people:
        return True
    return any(
        grant.role in need.seen_by and is_within(case.division_id, grant.area) for grant in viewer.usable_grants()
    )


def handlers_of(case: Case) -> frozenset[int]:
    """Return who handled a case: who holds or held it, took it, was asked to help and agreed, said it was met, or handled it in
    a later stage. They do not verify it."""
    took = Q(old=Status.OPEN, new=Status.IN_HAND) | Q(old=Status.IN_HAND, new=Status.MET) | Q(says=StepSays.ACCEPTED)
    steps = CaseStep.objects.filter(took, case=case, by__isnull=False).values_list("by_id", flat=True)
    given = Referral.objects.filter(case=case, state=ReferralState.ACCEPTED).values_list("to_user_id", flat=True)
    here = frozenset(user for user in (*steps, *given, case.holder_id, case.met_by_id) if user is not None)
    return here | kinds.handled_by(case.pk)


def last_step(case_id: int) -> CaseStep | None:
    """Return the last step of a case, a note too, with who made it."""
    return CaseStep.objects.filter(case_id=case_id).select_related("by").order_by("-at", "-pk").first()


def last_move(case_id: int) -> CaseStep | None:
    """Return the last step that changed a case's status or its holder, with who made it."""
    given = Q(says__in=(StepSays.GIVEN_TO, StepSays.ACCEPTED), new=Status.IN_HAND)
    moves = CaseStep.objects.filter(given | ~Q(old=F("new")), case_id=case_id)
    return moves.select_related("by").order_by("-at", "-pk").first()


def receivers(*, areas: Sequence[str], now: datetime) -> QuerySet[User]:
    """Return the active accounts with a role that may take cases in all of these areas."""
    return _taking(above_all([shared_prefix(areas)]), now)


def receivers_of_some(*, areas: Iterable[str], now: datetime) -> QuerySet[User]:
    """Return the active accounts that may take cases in at least one of these areas, or everywhere: for a list that marks come
    from."""
    return _taking(above_all(areas) | {""}, now)


def above_all(codes: Iterable[str]) -> set[str]:
    """Return every area that holds one of the codes."""
    return {code[:length] for code in codes for length in range(len(code) + 1)}


def _taking(areas: Iterable[str], now: datetime) -> QuerySet[User]:
    taking = [
        code for code, role in ROLES.items() if "cases.take_cases" in role.permissions or "cases.*" in role.permissions
    ]
    held = grants_at(now).filter(area__in=list(areas), role__in=taking)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name", "pk")


def transfer_areas(*, code: str) -> QuerySet[Division]:
    """Return where a case of an area may be offered: the divisions above it, and all on the level of its subdistrict."""
    above = [code[:length] for length in range(1, len(code) + 1)]
    own = Division.objects.filter(code__in=above)
    return Division.objects.filter(Q(code__in=above) | Q(level="street", parent__in=own)).order_by("code")


def check_may_answer(actor: Actor, referral: Referral) -> None:
    """Raise NotAllowed unless a referral was made to the actor, or to an area (and office) they speak for."""
    if referral.to_user_id is not None:
        if referral.to_user_id != actor.user_id or not actor.may_anywhere("cases.answer_referral"):
            raise NotAllowed("cases.answer_referral", referral.to_area)
        return
    actor.check_may("cases.answer_referral", referral.to_area)
    offices = actor.offices()
    if referral.to_office and offices and referral.to_office not in offices and "command" not in offices:
        raise NotAllowed("cases.answer_referral", referral.to_area)

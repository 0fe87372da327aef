"""Is this round working? Figures of a round, each opening to exactly its rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.rules import caller

from .. import kinds
from ..models import Attempt, Contact, ContactPart, Finding, Round
from ..rules import Asked, Because, ContactState, Disposition, Outcome, PartState
from .audience import Audience, audience
from .check_ins import finding_in_words
from .questions import asked_by_rounds

BLOCK_FINDINGS: dict[str, tuple[str, ...]] = {
    "travel": ("risk_travel",),
    "contacts": ("exposure",),
    "health": ("fever", "symptoms"),
    "needs": ("needs_food", "needs_medicine", "needs_heating", "needs_repair", "caregiver_absent", "needs_other"),
}


def rounds_seen(*, viewer: Actor) -> QuerySet[Round]:
    """Return the rounds that touch the areas a viewer sees, the open ones first."""
    areas = viewer.areas("rounds.view")
    if not areas:
        return Round.objects.none()
    above = [area[:end] for area in areas for end in range(len(area) + 1)]
    return Round.objects.filter(in_scope("area", areas) | Q(area__in=above)).order_by(
        Case(When(status="open", then=0), When(status="draft", then=1), default=2), "-opens_on", "-pk"
    )


def parts_seen(*, viewer: Actor, round_ids: Collection[int]) -> QuerySet[ContactPart]:
    """Return the shares of rounds in the contacts of the areas a viewer sees."""
    return ContactPart.objects.filter(
        in_scope("contact__division_id", viewer.areas("rounds.view")), round_id__in=round_ids
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is, in households."""

    asked: int = 0
    answered: int = 0

    @property
    def share(self) -> float | None:
        return self.answered / self.asked if self.asked else None


def progress_of(*, viewer: Actor, round_ids: Collection[int]) -> dict[int, Progress]:
    """Return how far each round is, in one query."""
    rows = (
        parts_seen(viewer=viewer, round_ids=round_ids)
        .values("round_id")
        .annotate(
            asked=Count("contact__household_id", distinct=True),
            answered=Count("contact__household_id", distinct=True, filter=Q(state=PartState.ANSWERED)),
        )
    )
    return {row["round_id"]: Progress(row["asked"], row["answered"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a round's page shows."""

    audience: int
    asked: int
    reached: int
    complete: int
    modes: list[dict[str, Any]] = field(default_factory=list)
    dispositions: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    villages: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)
    yield_per_attempt: float | None = None


def figures_of(*, viewer: Actor, asking: Round, day: date) -> Figures:
    """Return the figures of one round within what the viewer sees. A constant number of queries."""
    areas = viewer.areas("rounds.view")
    parts = parts_seen(viewer=viewer, round_ids=[asking.pk])
    total = parts.aggregate(
        asked=Count("contact__household_id", distinct=True),
        reached=Count("contact__household_id", distinct=True, filter=Q(state=PartState.ANSWERED)),
        complete=Count(
            "contact__household_id",
            distinct=True,
            filter=Q(state=PartState.ANSWERED, contact__disposition=Disposition.COMPLETED),
        ),
    )
    told = dict(
        parts.filter(state=PartState.ANSWERED)
        .values_list("check_in__mode")
        .annotate(n=Count("pk"))
        .values_list("check_in__mode", "n")
    )
    tried = Attempt.objects.filter(in_scope("contact__division_id", areas), contact__parts__round=asking)
    outcomes = list(tried.values("mode", "outcome").annotate(n=Count("pk")).order_by("-n"))
    in_vain = sum(row["n"] for row in outcomes)
    answers = sum(told.values())
    return Figures(
        audience=audience(Audience.of(asking), day=day).filter(in_scope("division_id", areas)).count(),
        asked=total["asked"],
        reached=total["reached"],
        complete=total["complete"],
        modes=[
            {"code": mode.code, "label": str(mode.label), "value": told.get(mode.code, 0)} for mode in kinds.all_modes()
        ],
        dispositions=[
            {
                "label": str(Disposition(row["contact__disposition"]).label),
                "value": row["n"],
                "code": row["contact__disposition"],
            }
            for row in parts.values("contact__disposition").annotate(n=Count("pk")).order_by("-n")
        ],
        attempts=[
            {"label": f"{kinds.get(row['mode']).label} · {Outcome(row['outcome']).label}", "value": row["n"]}
            for row in outcomes
        ],
        villages=_villages(parts),
        reasons=[
            {
                "label": str(Because(row["because"]).label) if row["because"] else "–",
                "value": row["n"],
                "code": row["because"],
            }
            for row in unreached_of(viewer=viewer, asking=asking)
            .values("because")
            .annotate(n=Count("pk"))
            .order_by("-n")
        ],
        days=[
            dict(row)
            for row in parts.values("contact__day")
            .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(state=PartState.ANSWERED)))
            .order_by("contact__day")
        ],
        yield_per_attempt=answers / (answers + in_vain) if answers + in_vain else None,
    )


def _villages(parts: QuerySet[ContactPart]) -> list[dict[str, Any]]:
    rows = (
        parts.values("contact__division__name", "contact__division__name_en", code=F("contact__division_id"))
        .annotate(
            asked=Count("contact__household_id", distinct=True),
            answered=Count("contact__household_id", distinct=True, filter=Q(state=PartState.ANSWERED)),
        )
        .order_by("code")
    )
    call = caller()
    found = [
        {
            **row,
            "name": call(row["contact__division__name"], row["contact__division__name_en"]),
            "left": row["asked"] - row["answered"],
            "share": row["answered"] / row["asked"],
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: (row["share"], -row["left"]))


def unreached_of(*, viewer: Actor, asking: Round) -> QuerySet[Contact]:
    """Return the contacts of a round that reached nobody."""
    return (
        Contact.objects.filter(in_scope("division_id", viewer.areas("rounds.view")), state=ContactState.UNREACHED)
        .filter(pk__in=ContactPart.objects.filter(round=asking).values("contact_id"))
        .select_related("household", "division", "user")
        .order_by("division_id", "household_id")
    )


def may_see_answers(*, viewer: Actor, asking: Round) -> bool:
    """Answer whether the answers to a round's questions are this viewer's: those of its own office, and of a round one wrote
    oneself (a subdistrict belongs to no office)."""
    is_own = viewer.user_id is not None and asking.by_id == viewer.user_id and viewer.may("rounds.view", asking.area)
    return viewer.is_system or asking.office in viewer.offices() or is_own


def findings_of_round(*, viewer: Actor, asking: Round) -> list[dict[str, Any]]:
    """Return how many findings of each kind the round's own questions made. Nothing where another office asked."""
    if not may_see_answers(viewer=viewer, asking=asking):
        return []
    rows = findings_rows(viewer=viewer, asking=asking).values("kind").annotate(n=Count("pk")).order_by("-n")
    return [{"label": finding_in_words(row["kind"]), "value": row["n"], "code": row["kind"]} for row in rows]


def findings_rows(*, viewer: Actor, asking: Round, kind: str = "") -> QuerySet[Finding]:
    """Return the findings themselves, of the kinds that this round's questions ask for."""
    asked = asked_by_rounds([asking.pk])[asking.pk]
    found = Finding.objects.filter(
        in_scope("division_id", viewer.areas("rounds.view")),
        kind__in=kinds_asked(asked),
        check_in_id__in=ContactPart.objects.filter(round=asking, state=PartState.ANSWERED).values("check_in_id"),
    ).select_related("subject", "division", "check_in__household")
    return (found.filter(kind=kind) if kind else found).order_by("-found_at", "-pk")


def kinds_asked(asked: Asked) -> list[str]:
    """Return the kinds of findings that questions can make."""
    blocks = [kind for block, of_block in BLOCK_FINDINGS.items() if getattr(asked, block) for kind in of_block]
    return [*blocks, *(question.yes_opens for question in asked.own if question.yes_opens)]


def rows_of(*, viewer: Actor, asking: Round, which: str) -> QuerySet[ContactPart]:
    """Return the rows behind a figure of a round: asked, reached, complete, a disposition, a mode or a village."""
    parts = parts_seen(viewer=viewer, round_ids=[asking.pk]).select_related(
        "contact__household", "contact__division", "contact__user"
    )
    name, _, value = which.partition(":")
    match name:
        case "reached":
            parts = parts.filter(state=PartState.ANSWERED)
        case "complete":
            parts = parts.filter(state=PartState.ANSWERED, contact__disposition=Disposition.COMPLETED)
        case "disposition":
            parts = parts.filter(contact__disposition=value)
        case "mode":
            parts = parts.filter(state=PartState.ANSWERED, check_in__mode=value)
        case "village":
            parts = parts.filter(contact__division_id=value).exclude(state=PartState.ANSWERED)
        case "because":
            parts = parts.filter(contact__state=ContactState.UNREACHED, contact__because=value)
        case "unreached":
            parts = parts.filter(contact__state=ContactState.UNREACHED)
    return parts.order_by("-contact__day", "contact__division_id", "contact__household_id")

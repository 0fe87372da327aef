"""The register's lists, and its households and people by form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import actions, queries
from ..forms import CorrectHouseholdForm, CorrectPersonForm, EnrolForm, HouseholdForm, MoveForm, PersonForm
from ..models import Membership, Programme
from ..queries import lists
from ..queries.particulars import told_by_offices
from ..rules import HouseholdIn, PersonIn
from .acting import TELLABLE, actor_in, tell

ON_A_PAGE = 50


def programme_choices() -> list[tuple[str, str]]:
    """Return the ledgers in the language of the page, as choices."""
    in_english = (get_language() or "").startswith("en")
    return [(one.code, one.label_en if in_english else one.label) for one in Programme.objects.all()]


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the households of an area, filtered by ledger and name."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    given = {name: request.GET.get(name, "").strip()[:60] for name in ("area", "programme", "name")}
    found = lists.households(viewer=actor, **given)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    ids = [row.pk for row in page]
    members, ledgers = queries.members_of(ids), queries.enrolments_of(actor, ids)
    rows = [
        {
            "subject": row,
            "place": queries.place_of(row.division),
            "members": members[row.pk],
            "ledgers": [one for one in ledgers[row.pk] if one.until is None],
        }
        for row in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "given": given,
        "areas": lists.areas(viewer=actor),
        "programmes": programme_choices(),
        "is_filtered": any(given.values()),
        "may_add": actor.may_anywhere("registry.register_households"),
        "may_merge": actor.may_anywhere("registry.merge_subjects"),
        "may_import": actor.may_anywhere("registry.import_people"),
    }
    return render(request, "registry/households.html", context)


@require_GET
def ledgers(request: HttpRequest) -> HttpResponse:
    """Show how many stand on each ledger."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    area = request.GET.get("area", "").strip()[:24]
    context = {"counts": lists.ledgers(viewer=actor, area=area), "area": area, "areas": lists.areas(viewer=actor)}
    return render(request, "registry/ledgers.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a household with its head; members follow on its page."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.register_households")
    divisions = lists.choosable_divisions(viewer=actor, permission="registry.register_households")
    form = HouseholdForm(request.POST or None, divisions=divisions, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        household = HouseholdIn(
            number=told["number"],
            division=told["division"],
            address=told["address"],
            phone=told["phone"],
            members=(form.person(),),
        )
        try:
            done = actions.register_households(actor=actor, now=timezone.now(), households=[household], source="form")
        except TELLABLE as problem:
            form.add_error(None, str(problem))
        else:
            if done.verdicts == ("new",):
                messages.success(request, _("The household is in the register. Add its other members here."))
            else:
                messages.info(request, _("This household was in the register already; this is it."))
            return redirect("registry:household", done.household_ids[0])
    return render(request, "registry/household_new.html", {"form": form})


@require_GET
def one(request: HttpRequest, household_id: int) -> HttpResponse:
    """Show a household as it stands in the register, with what may be mended."""
    return _page(request, household_id)


def _page(request: HttpRequest, household_id: int, status: int = 200, **forms: Any) -> HttpResponse:
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    card = queries.household_card(actor, household_id)
    if card is None:
        raise Http404
    may_write = actor.may("registry.correct_household", card.division)
    may_enrol = actor.may("registry.enrol", card.division)
    context = {
        "card": card,
        "told_by_offices": told_by_offices(viewer=actor, card=card),
        "may_write": may_write,
        "may_enrol": may_enrol,
        "may_merge": actor.may("registry.merge_subjects", card.division),
        "correct_form": CorrectHouseholdForm(initial={"number": card.number, "address": card.address}),
        "member_form": PersonForm(prefix="member"),
        "enrol_form": EnrolForm(programmes=programme_choices()),
        "move_form": MoveForm(
            divisions=lists.choosable_divisions(viewer=actor, permission="registry.move_household")
            if may_enrol
            else [],
            initial={"division": card.division},
        ),
        **forms,
    }
    return render(request, "registry/household.html", context, status=status)


def _done(request: HttpRequest, household_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    """Do one thing to a household, say that it is done or why not, and show the household."""
    try:
        act()
    except TELLABLE as problem:
        tell(request, problem)
    else:
        messages.success(request, said)
    return redirect("registry:household", household_id)


def _seen(request: HttpRequest, household_id: int) -> "queries.HouseholdCard":
    card = queries.household_card(actor_in(request), household_id)
    if card is None:
        raise Http404
    return card


@require_POST
def correct(request: HttpRequest, household_id: int) -> HttpResponse:
    """Mend number, address or phone of a household."""
    actor = actor_in(request)
    actor.check_may("registry.correct_household", _seen(request, household_id).division)
    form = CorrectHouseholdForm(request.POST)
    if not form.is_valid():
        return _page(request, household_id, 400, correct_form=form)
    told = {name: value for name, value in form.cleaned_data.items() if value or name != "phone"}
    return _done(
        request,
        household_id,
        lambda: actions.correct_household(actor=actor, now=timezone.now(), household_id=household_id, told=told),
        _("Kept."),
    )


@require_POST
def add_member(request: HttpRequest, household_id: int) -> HttpResponse:
    """Add a person to a household."""
    actor = actor_in(request)
    actor.check_may("registry.add_member", _seen(request, household_id).division)
    form = PersonForm(request.POST, prefix="member", today=timezone.localdate())
    if not form.is_valid():
        return _page(request, household_id, 400, member_form=form)
    person: PersonIn = form.person()
    return _done(
        request,
        household_id,
        lambda: actions.add_member(actor=actor, now=timezone.now(), household_id=household_id, person=person),
        _("%(name)s belongs to this household now.") % {"name": person.name},
    )


@require_http_methods(["GET", "POST"])
def correct_person(request: HttpRequest, household_id: int, person_id: int) -> HttpResponse:
    """Mend what was written down about a member."""
    actor = actor_in(request)
    card = _seen(request, household_id)
    actor.check_may("registry.correct_person", card.division)
    member = next((one for one in card.members if one.id == person_id), None)
    if member is None:
        raise Http404
    initial = {"name": member.name, "sex": member.sex, "born_on": member.born_on}
    form = CorrectPersonForm(request.POST or None, initial=initial, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        sealed = {"id_number", "phone"}
        told = {name: value for name, value in form.cleaned_data.items() if value or name not in sealed}
        try:
            actions.correct_person(actor=actor, now=timezone.now(), person_id=person_id, told=told)
        except TELLABLE as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Kept."))
            return redirect("registry:household", household_id)
    return render(request, "registry/person.html", {"card": card, "member": member, "form": form})


@require_POST
def end_membership(request: HttpRequest, household_id: int, membership_id: int) -> HttpResponse:
    """Let a member leave the household, or the register."""
    actor = actor_in(request)
    actor.check_may("registry.end_membership", _seen(request, household_id).division)
    if not Membership.objects.filter(pk=membership_id, household_id=household_id).exists():
        raise Http404
    is_gone = request.POST.get("is_gone") == "yes"
    return _done(
        request,
        household_id,
        lambda: actions.end_membership(actor=actor, now=timezone.now(), membership_id=membership_id, is_gone=is_gone),
        _("This membership has ended."),
    )


@require_POST
def move(request: HttpRequest, household_id: int) -> HttpResponse:
    """Let a household live elsewhere."""
    actor = actor_in(request)
    actor.check_may("registry.move_household", _seen(request, household_id).division)
    divisions = lists.choosable_divisions(viewer=actor, permission="registry.move_household")
    form = MoveForm(request.POST, divisions=divisions)
    if not form.is_valid():
        return _page(request, household_id, 400, move_form=form)
    told = form.cleaned_data
    return _done(
        request,
        household_id,
        lambda: actions.move_household(
            actor=actor,
            now=timezone.now(),
            household_id=household_id,
            division=told["division"],
            address=told["address"],
        ),
        _("The household lives there from now on."),
    )


@require_POST
def enrol(request: HttpRequest, household_id: int) -> HttpResponse:
    """Let a household stand on a ledger."""
    actor = actor_in(request)
    actor.check_may("registry.enrol", _seen(request, household_id).division)
    form = EnrolForm(request.POST, programmes=programme_choices(), today=timezone.localdate())
    if not form.is_valid():
        return _page(request, household_id, 400, enrol_form=form)
    told = form.cleaned_data
    return _done(
        request,
        household_id,
        lambda: actions.enrol(
            actor=actor,
            now=timezone.now(),
            programme=told["programme"],
            subject_ids=[household_id],
            since=told["since"],
            reason=told["reason"],
        ),
        _("The household stands on this ledger."),
    )


@require_POST
def end_enrolment(request: HttpRequest, household_id: int, enrolment_id: int) -> HttpResponse:
    """Take a household off a ledger."""
    actor = actor_in(request)
    card = _seen(request, household_id)
    actor.check_may("registry.end_enrolment", card.division)
    if enrolment_id not in {one.id for one in card.enrolments}:
        raise Http404
    return _done(
        request,
        household_id,
        lambda: actions.end_enrolment(actor=actor, now=timezone.now(), enrolment_id=enrolment_id),
        _("The household stands on this ledger no longer."),
    )

"""Tell them we are fine: the household itself, on its own phone, without login, script or name."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from renwang.foundation.access.rules import Actor

from .. import actions, queries
from ..forms import FieldsRefused, answers_from, field_of, submission_from
from ..models import Link
from ..rules import NEEDS, SYMPTOMS, AnswersRefused, Asked, ContactState
from .check_in import NEED_ICONS

EVERYTHING = Asked(travel=True, contacts=True, health=True, needs=True)


# The link itself is the right and the protection: old browsers lose cookies, and a form that must not be refused for that.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def self_report(request: HttpRequest, token: str) -> HttpResponse:
    """Ask what is asked of this household; what is not well, and an office's own questions, on a second page.

    Opening the page changes nothing: whoever previews a message (WeChat does, and so do SMS apps) uses no link up.
    """
    link, now = queries.link_of(token), timezone.now()
    if link is None:
        return _spent(request, None, _("This link is not complete or was changed. Open it again from the message."))
    if request.method != "POST":
        if link.used_at is not None:
            return _spent(request, link, _("This link was already used. Thank you: your answer has arrived."))
        if link.expires_at <= now:
            return _spent(request, link, _("This link is out of date."))
        return render(request, "rounds/self_report.html", _page(request, link, {}))
    try:
        return _told(request, link)
    except actions.LinkSpent as spent:
        return _spent(request, link, str(spent))
    except actions.SubmissionReused as spent:
        return _spent(request, link, str(spent))
    except AnswersRefused as refusal:
        errors = {field_of(path): text for path, text in refusal.errors.items()}
    except FieldsRefused as refusal:
        errors = refusal.errors
    page = "rounds/self_report_more.html" if request.POST.get("step") == "2" else "rounds/self_report.html"
    return render(request, page, _page(request, link, errors), status=422)


def _told(request: HttpRequest, link: Link) -> HttpResponse:
    post = request.POST
    asked = queries.asked_in_contacts([link.contact_id]).get(link.contact_id, EVERYTHING)
    names = [name for name, _label in _questions(asked)]
    unwell = [name for name in names if post.get(name) == "yes"]
    is_second_page = post.get("step") == "2"
    is_well = post.get("all_well") == "1" or (not unwell and all(post.get(name) == "no" for name in names))
    if not is_second_page:
        if not is_well and not unwell:
            errors = {"": _("Please answer every question, or press “all well”.")}
            return render(request, "rounds/self_report.html", _page(request, link, errors), status=422)
        if unwell or asked.own:
            return render(request, "rounds/self_report_more.html", _page(request, link, {}, is_well=is_well))
    members = list(queries.relations_in(link.contact.household_id))
    answers: dict[str, Any] = {"all_well": True}
    if is_second_page:
        answers = answers_from(_with_own_words(post), member_ids=members, asked=asked) | {"all_well": is_well}
        if len(answers) == 1 and not is_well:
            raise FieldsRefused({"": _("Please say at least for whom, or what is needed.")})
    actions.record_self_report(
        actor=Actor.system(),
        now=timezone.now(),
        link_id=link.pk,
        submission_id=submission_from(post),
        answers=answers,
        is_partial=bool(asked.codes - set(answers.get("own", {}))),
    )
    context = _page(request, link, {}) | {"all_well": answers["all_well"]}
    return render(request, "rounds/self_report_done.html", context)


def _with_own_words(post: QueryDict) -> QueryDict:
    """Return the form; whoever wrote what is needed has said it, whether or not a box is ticked."""
    told = post.copy()
    if told.get("n-other-words", "").strip():
        told["n-other"] = "1"
    return told


def _questions(asked: Asked) -> list[tuple[str, str]]:
    """Return the questions of the first page: those that somebody asks. What is needed is always heard."""
    return [
        (name, words)
        for name, is_asked, words in (
            ("ill", asked.health, _("Is anybody ill, or has anybody a fever or a cough?")),
            ("away", asked.travel or asked.contacts, _("Has anybody been away, or met somebody who is ill?")),
            ("need", True, _("Do you need anything: food, medicine, help?")),
        )
        if is_asked
    ]


def _page(request: HttpRequest, link: Link, errors: dict[str, str], *, is_well: bool | None = None) -> dict[str, Any]:
    asked = queries.asked_in_contacts([link.contact_id]).get(link.contact_id, EVERYTHING)
    relations = queries.relations_in(link.contact.household_id)
    post = request.POST
    return {
        "village": link.contact.division,
        "caller": link.contact.user,
        "submission_id": post.get("submission_id") or uuid4(),
        "asked": asked,
        "members": [
            {
                "prefix": f"m-{person}-",
                "relation": relation,
                "number": number,
                "id": person,
                "label": f"{number}. {relation}",
            }
            for number, (person, relation) in enumerate(relations.items(), start=1)
        ],
        "symptoms": SYMPTOMS.items(),
        "needs": [{"code": code, "label": label, "icon": NEED_ICONS[code]} for code, label in NEEDS.items()],
        "questions": [(name, words, post.get(name, "")) for name, words in _questions(asked)],
        "is_well": post.get("all_well") == "1" if is_well is None else is_well,
        "is_answered": link.contact.state == ContactState.REACHED,
        "ill": post.get("ill") == "yes",
        "away": post.get("away") == "yes",
        "need": post.get("need") == "yes",
        "answers_so_far": [(name, post.get(name, "")) for name in ("ill", "away", "need")],
        "errors": errors,
        "told": post,
        "today": timezone.localdate(),
    }


def _spent(request: HttpRequest, link: Link | None, words: str) -> HttpResponse:
    context = {
        "words": words,
        "village": link.contact.division if link else None,
        "caller": link.contact.user if link else None,
    }
    return render(request, "rounds/self_report_spent.html", context, status=410 if link else 404)

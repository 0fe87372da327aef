"""Which office has the last word on a field where two ledgers disagree."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import actions
from ..forms import OwnerForm
from ..queries.owners import field_owners, may_say
from ..rules.labels import FIELDS, office_name
from .acting import TELLABLE, actor_in, tell


@require_http_methods(["GET", "POST"])
def owners(request: HttpRequest) -> HttpResponse:
    """Show who owns what; keep what the command says of one field."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.import_people")
    if request.method == "POST":
        actor.check_may_anywhere("registry.own_field")
        sent = OwnerForm(request.POST)
        if not sent.is_valid():
            messages.error(request, _("Choose one of the fields and one of the offices."))
            return redirect("registry:owners")
        told = sent.cleaned_data
        try:
            actions.own_field(actor=actor, now=timezone.now(), field=told["field"], office=told["office"])
        except TELLABLE as problem:
            tell(request, problem)
        else:
            field = FIELDS[told["field"]]
            words = (
                _("Kept: where two ledgers disagree on “%(field)s”, %(office)s has the last word.")
                % {"field": field, "office": office_name(told["office"])}
                if told["office"]
                else _("Kept: on “%(field)s” whoever told first has the last word.") % {"field": field}
            )
            messages.success(request, words)
        return redirect("registry:owners")
    rows = [
        {"field": field, "label": FIELDS[field], "office": office, "name": office_name(office) if office else ""}
        for field, office in field_owners().items()
    ]
    context = {"rows": rows, "offices": OwnerForm.offices(), "may_say": may_say(actor)}
    return render(request, "registry/owners.html", context)

"""The letter of commitment as a PDF."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in
from renwang.foundation.documents.engine import CannotTypeset, Missing, NoChineseFont, faces, pdf_of
from renwang.foundation.documents.errors import explain

from .. import queries
from ..models import Enterprise

TEMPLATE = "programmes/enterprise/documents/commitment.typ"


@never_cache
@require_GET
def commitment(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Give the letter of commitment as a PDF: signed where it is signed, to be read before where it is not."""
    firm = _firm(request, enterprise_id)
    filing = queries.current_of(firm.pk)
    now = timezone.now()
    organisation = firm.subject.organisation
    signed_at = timezone.localtime(filing.signed_at) if filing and filing.signed_at else None
    data = {
        "title": _("Letter of commitment for work again"),
        "district": settings.DISTRICT_NAME,
        "firm": firm.subject.name,
        "credit_code": organisation.credit_code,
        "address": organisation.address,
        "signer": filing.signed_by if filing else "",
        "signed_on": f"{signed_at:%Y-%m-%d %H:%M}" if signed_at else "",
        "signature": list(bytes(filing.signature)) if filing and filing.signature else [],
    }
    try:
        made = pdf_of(
            TEMPLATE,
            data,
            faces=faces(settings.RENWANG_FONTS),
            language=get_language() or "zh-hans",
            now=signed_at or now,
        )
    except (CannotTypeset, Missing, NoChineseFont) as fault:
        messages.error(request, explain(fault))
        return redirect(
            "enterprise:own" if actor_in(request).may_anywhere("enterprise.see_own") else "enterprise:page",
            enterprise_id=firm.pk,
        )
    response = HttpResponse(made, content_type="application/pdf")
    name = f"{_('Letter of commitment')}-{firm.subject.name}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"  # noqa: FBT003
    return response


def _firm(request: HttpRequest, enterprise_id: int) -> Enterprise:
    """Return a firm for whoever sees it: its own people, its cadre, the offices."""
    viewer = actor_in(request)
    for permission in ("enterprise.see_own", "enterprise.view"):
        found = queries.one_for(viewer=viewer, enterprise_id=enterprise_id, permission=permission)
        if found is not None:
            return found
    raise Http404

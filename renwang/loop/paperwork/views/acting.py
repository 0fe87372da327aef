"""Who acts in a request, and the answers every page gives."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import OFFICES, Actor
from renwang.loop.registry.models import Division, Programme
from renwang.loop.registry.queries import may_see_sensitive
from renwang.loop.registry.rules import called

from ..rules import CannotDo

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
TELLABLE = (CannotDo,)


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def tell(request: HttpRequest, problem: Exception) -> None:
    """Show on the next page why something could not be done."""
    messages.error(request, str(problem))


def as_file(content: bytes, name: str) -> HttpResponse:
    """Answer with a file that nobody on the way keeps."""
    ending = name.rpartition(".")[2]
    response = HttpResponse(content, content_type=TYPES.get(ending, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store, private"
    return response


def offices_of(actor: Actor) -> list[tuple[str, str]]:
    """Return the offices somebody speaks for, as choices; a subdistrict's officer speaks for none but the own."""
    found = [(office, office_label(office)) for office in sorted(actor.offices())]
    return found or [("", _("our own"))]


def office_label(office: str) -> str:
    """Return what an office is called."""
    return str(OFFICES.get(office, office))


def programmes_for(actor: Actor) -> Sequence[tuple[str, str]]:
    """Return the ledgers somebody may see, as choices."""
    return [
        (row.code, called(row.label, row.label_en))
        for row in Programme.objects.all()
        if not row.is_sensitive or may_see_sensitive(actor, row.office, 0)
    ]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return what divisions are called, by code: those of a page and no others, and also those above one's own."""
    found = {row.code: row.called for row in Division.objects.filter(pk__in=set(codes))}
    return {"": str(_("all that one may see")), **found}


def today() -> str:
    """Return the district's day, as a field of a page holds it."""
    return timezone.localdate().isoformat()

"""Which organisations of a ledger the register has already."""

from collections.abc import Sequence

from ..models import Organisation
from ..rules import OrganisationIn, Verdict
from .among import chunks
from .sameness import is_same


def verdict_on(told: Sequence[OrganisationIn]) -> list[tuple[Verdict, str]]:
    """Return what would become of each, and the division in which it stands now, empty for a new one: by credit code, else by
    name and division, as `register_organisations` finds them."""
    known = Organisation.objects.filter(subject__is_current=True).select_related("subject")
    by_code: dict[str, Organisation] = {}
    by_name: dict[tuple[str, str], Organisation] = {}
    for part in chunks(sorted({one.credit_code for one in told if one.credit_code})):
        by_code.update({one.credit_code: one for one in known.filter(credit_code__in=part)})
    for part in chunks(sorted({one.name for one in told})):
        by_name.update(
            {(one.subject.name, one.subject.division_id): one for one in known.filter(subject__name__in=part)}
        )
    verdicts: list[tuple[Verdict, str]] = []
    for one in told:
        found = by_code.get(one.credit_code) if one.credit_code else None
        namesake = by_name.get((one.name, one.division))
        if found is None and namesake and not (one.credit_code and namesake.credit_code):
            found = namesake
        verdicts.append((Verdict.NEW, "") if found is None else (_verdict(one, found), found.subject.division_id))
    return verdicts


def _verdict(told: OrganisationIn, known: Organisation) -> Verdict:
    differs = (
        any(
            getattr(told, column) and getattr(told, column) != getattr(known, column)
            for column in ("credit_code", "contact_name", "address")
        )
        or (told.name, told.division) != (known.subject.name, known.subject.division_id)
        or (bool(told.phone) and not is_same(told.phone, "phone", known.phone_idx))
    )
    return Verdict.CHANGED if differs else Verdict.UNCHANGED

"""All that columns can be filled with in this district: what always is, and what its ledgers, questions and indicators add."""

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.indicators import kinds as indicators
from renwang.loop.registry.models import Programme
from renwang.loop.registry.queries import may_see_sensitive, particulars
from renwang.loop.registry.rules import called
from renwang.loop.registry.rules.particulars import STANDARD as STANDARD_PARTICULARS
from renwang.loop.rounds.models import Question

from ..rules import INDICATOR, LEDGER, LINES, OWN, PARTICULAR, PLACES, STANDING, Catalogue, Field

# What offices call the households of the usual ledgers in their forms.
_LEDGER_TITLES = {
    "poor_household": ("贫困户数", "建档立卡户数", "建档立卡贫困户数", "建档立卡", "是否贫困户", "是否建档立卡"),
    "minimum_living": ("低保户数", "低保", "是否低保", "低保户"),
    "extreme_poverty": ("五保户数", "特困户数", "特困", "五保", "是否五保", "特困供养"),
    "poverty_risk": ("监测户数", "边缘户数", "是否监测户"),
    "lives_alone": ("独居老人", "独居老人户数"),
    "disabled": ("残疾人户数", "残疾", "是否残疾"),
}


def catalogue(viewer: Actor) -> Catalogue:
    """Return the fields a viewer may use; sensitive ledgers only for their office and the command. Two queries."""
    fields = list(STANDING.values())
    for row in Programme.objects.all():
        if row.is_sensitive and not may_see_sensitive(viewer, row.office, 0):
            continue
        name = called(row.label, row.label_en)
        titles = (row.label, row.label_en, *_LEDGER_TITLES.get(row.code, ()))
        label = _("On the ledger: %(ledger)s") % {"ledger": name}
        fields.append(Field(f"{LEDGER}{row.code}", label, "ledgers", titles, LINES | PLACES))
    for question in Question.objects.order_by("code"):
        text = called(question.text, question.text_en)
        label = _("Asked: %(question)s") % {"question": text}
        titles = (question.text, question.text.rstrip("?？"), question.text_en)
        fields.append(Field(f"{OWN}{question.code}", label, "own", tuple(filter(None, titles)), LINES, is_sealed=True))
    kept: dict[str, Field] = {}
    for one in particulars.attributes(None if viewer.is_system else [*viewer.offices(), ""]):
        standard = STANDARD_PARTICULARS[one.code].titles if one.code in STANDARD_PARTICULARS else ()
        label = _("In an office’s ledger: %(title)s") % {"title": one.title}
        code = f"{PARTICULAR}{one.code}"
        kept.setdefault(code, Field(code, label, "particulars", (one.title, *standard), LINES, is_sealed=True))
    fields += kept.values()
    for indicator in indicators.all_kinds():
        label = _("Indicator: %(name)s") % {"name": indicator.label}
        fields.append(Field(f"{INDICATOR}{indicator.code}", label, "total", (str(indicator.label),), PLACES))
    return Catalogue(fields)

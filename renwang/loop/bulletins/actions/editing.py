"""Change the words of a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import queries
from ..events import BulletinEdited
from ..models import Bulletin, BulletinFigure, BulletinSection
from ..rules import BulletinStatus, Name, Refused, StaleBulletin, UnknownFigure, asked_in, broken_in, halved
from .drafting import figure_rows


@dataclass(frozen=True, kw_only=True)
class SectionEdit:
    """One section's words as somebody wants them."""

    section_id: int
    heading: str
    heading_en: str
    text: str
    text_en: str
    is_left_out: bool = False


@action
def edit_bulletin(
    *,
    actor: Actor,
    now: datetime,
    bulletin_id: int,
    version: int,
    title: str,
    title_en: str,
    lead: str,
    lead_en: str,
    sections: Sequence[SectionEdit],
) -> BulletinEdited:
    """Change the words of a draft. ``version`` is the one that was read; raises StaleBulletin, UnknownFigure, Refused."""
    row = Bulletin.objects.get(pk=bulletin_id)
    actor.check_may("bulletins.edit_bulletin", row.area)
    if not title.strip():
        raise Refused(_("A bulletin needs a title."))
    leads = (halved(lead).strip(), halved(lead_en).strip())
    edits = [
        SectionEdit(
            section_id=one.section_id,
            heading=one.heading.strip(),
            heading_en=one.heading_en.strip(),
            text=halved(one.text).strip(),
            text_en=halved(one.text_en).strip(),
            is_left_out=one.is_left_out,
        )
        for one in sections
    ]
    texts = [*leads, *(text for one in edits for text in (one.text, one.text_en))]
    more = _named_anew(row, texts)
    changed = Bulletin.objects.filter(pk=row.pk, status=BulletinStatus.DRAFT, version=version)
    new = {"title": title.strip(), "title_en": title_en.strip(), "lead": leads[0], "lead_en": leads[1]}
    told = {"edited_at": now, "edited_by_id": actor.user_id, "version": version + 1}
    if not changed.update(**new, **told):
        raise StaleBulletin(
            _("Somebody else has changed this bulletin since you opened it. Copy your words, load the page again.")
        )
    ids = _write(row, edits)
    BulletinFigure.objects.bulk_create(figure_rows(row, more))
    return BulletinEdited(bulletin_id=row.pk, section_ids=tuple(ids))


def _write(row: Bulletin, edits: Sequence[SectionEdit]) -> list[int]:
    """Write the sections whose words changed; return their ids."""
    known = {section.pk: section for section in row.sections.all()}
    touched = []
    for one in edits:
        section = known.get(one.section_id)
        if section is None:
            raise StaleBulletin(_("The sections of this bulletin have changed. Load the page again."))
        before = (section.heading, section.heading_en, section.text, section.text_en)
        after = (one.heading or section.heading, one.heading_en, one.text, one.text_en)
        if before == after and section.is_left_out == one.is_left_out:
            continue
        section.heading, section.heading_en, section.text, section.text_en = after
        section.is_left_out, section.is_edited = one.is_left_out, True
        touched.append(section)
    BulletinSection.objects.bulk_update(
        touched, ["heading", "heading_en", "text", "text_en", "is_left_out", "is_edited"]
    )
    return [section.pk for section in touched]


def _named_anew(row: Bulletin, texts: Sequence[str]) -> list[queries.FigureIn]:
    """Return figures that the texts name and the draft has not kept yet; raises UnknownFigure for what is none."""
    broken = [one for text in texts for one in broken_in(text)]
    if broken:
        raise UnknownFigure(
            _("“%(words)s” is no figure. Choose one of the list, or take the braces away.") % {"words": broken[0][:60]}
        )
    kept = {Name(*one) for one in row.figures.filter(area=row.area).values_list("indicator", "slice")}
    wanted = {asked.name for text in texts for asked in asked_in(text)} - kept
    if not wanted:
        return []
    found = queries.figures_named(row, wanted)
    strange = wanted - {one.computed.told.place.name for one in found}
    if strange:
        raise UnknownFigure(
            _("“%(words)s” is no figure. Choose one of the list, or take the braces away.")
            % {"words": "{" + str(min(strange)) + "}"}
        )
    return found

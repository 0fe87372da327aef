"""Drafted, edited, published by somebody else, frozen, corrected in the open."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from conftest import District
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.bulletins import actions, handlers, queries
from renwang.loop.bulletins.models import Bulletin, BulletinFigure, BulletinSection
from renwang.loop.bulletins.rules import (
    BulletinStatus,
    EditorMayNotPublish,
    NothingToPublish,
    Refused,
    StaleBulletin,
    UnknownFigure,
    asked_in,
)
from renwang.loop.cases.models import Case
from renwang.loop.indicators.models import FigureRows
from renwang.loop.indicators.tests.conftest import TODAY, Lived, keep

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def edit(row: Bulletin, actor: Actor, now: dt.datetime, *, text: str, lead: str = "", version: int = 0) -> None:
    """Change the first section's words."""
    sections = [
        actions.SectionEdit(
            section_id=one.pk,
            heading=one.heading,
            heading_en=one.heading_en,
            text=text if place == 0 else one.text,
            text_en=one.text_en,
        )
        for place, one in enumerate(row.sections.all())
    ]
    words = {"title": row.title, "title_en": row.title_en, "lead": lead, "lead_en": ""}
    actions.edit_bulletin(
        actor=actor, now=now, bulletin_id=row.pk, version=version or row.version, sections=sections, **words
    )
    row.refresh_from_db()


# --- drafting -------------------------------------------------------------------------------------------------------------


def test_nobody_drafts_the_bulletin_of_another_area(lived: Lived, outsider: Actor, small_district: District) -> None:
    with pytest.raises(NotAllowed):
        actions.draft_bulletins(actor=outsider, now=lived.now, areas=[small_district.root.code], day=TODAY)


def test_an_area_that_does_not_exist_has_no_bulletin(lived: Lived, district: Actor) -> None:
    with pytest.raises(Refused):
        actions.draft_bulletins(actor=district, now=lived.now, areas=["370704006999"], day=TODAY)


@pytest.mark.parametrize("days", [1, -15])
def test_a_day_that_is_to_come_or_too_long_ago_has_no_bulletin(
    lived: Lived, district: Actor, small_district: District, days: int
) -> None:
    day = TODAY + dt.timedelta(days=days)
    with pytest.raises(Refused):
        actions.draft_bulletins(actor=district, now=lived.now, areas=[small_district.root.code], day=day)


def test_a_day_that_nobody_told_of_is_told_afterwards_from_its_own_figures(
    lived: Lived, kept: object, office: Actor, small_district: District
) -> None:
    """The worker stood still in the evening: the next morning somebody drafts the day before."""
    morning = lived.now + dt.timedelta(hours=10)
    made = actions.draft_bulletins(actor=office, now=morning, areas=[small_district.root.code], day=TODAY)
    row = Bulletin.objects.get(pk=made.bulletin_ids[0])
    assert row.day == TODAY and "2020年2月17日" in row.title
    assert row.figures.get(indicator="outreach.coverage", area=row.area, slice="").denominator == 7


def test_the_worker_drafts_at_its_hour_and_once(lived: Lived, small_district: District) -> None:
    before_five = dt.datetime(2020, 2, 17, 8, 59, tzinfo=dt.UTC)
    handlers.draft_what_is_due(before_five)
    assert not Bulletin.objects.exists()
    for _twice in range(2):
        handlers.draft_what_is_due(lived.now)
    row = Bulletin.objects.get()
    assert (row.area, row.day, row.status) == (small_district.root.code, TODAY, BulletinStatus.DRAFT)
    assert "2020年2月17日" in row.title and "17 February 2020" in row.title_en
    assert Entry.objects.filter(name="bulletins.draft_bulletins").count() == 1


def test_an_area_that_wants_none_gets_none(lived: Lived, district: Actor, small_district: District) -> None:
    area = small_district.root.code
    actions.plan_bulletins(actor=district, now=lived.now, area=area, hour=17, is_wanted=False)
    handlers.draft_what_is_due(lived.now)
    assert not Bulletin.objects.exists()
    street = small_district.street.code
    actions.plan_bulletins(actor=district, now=lived.now, area=street, hour=9, is_wanted=True)
    handlers.draft_what_is_due(lived.now)
    assert Bulletin.objects.get().area == street


def test_a_draft_names_figures_in_both_languages_and_keeps_the_rows_behind_each(draft: Bulletin) -> None:
    section = draft.sections.get(kind="general.outreach")
    assert "{outreach.coverage}" in section.text and "{outreach.coverage}" in section.text_en
    assert section.text != section.text_en
    for row in draft.figures.all():
        wanted = row.denominator if row.unit == "hours" else row.numerator
        assert len(queries.ids_of(row, "")) == wanted, row
        if row.unit == "percent":
            assert len(queries.ids_of(row, "of")) == row.denominator
        assert row.method and row.method_en


# --- editing --------------------------------------------------------------------------------------------------------------


def test_who_may_not_edit_is_refused(draft: Bulletin, lived: Lived, street_officer: Actor) -> None:
    with pytest.raises(NotAllowed):
        edit(draft, street_officer, lived.now, text="改")


def test_two_editors_do_not_overwrite_one_another(
    draft: Bulletin, lived: Lived, office: Actor, district: Actor
) -> None:
    edit(draft, office, lived.now, text="今日覆盖率 {outreach.coverage}。")
    with pytest.raises(StaleBulletin):
        edit(draft, district, lived.now, text="另一种写法", version=1)
    assert draft.sections.first().text == "今日覆盖率 {outreach.coverage}。"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["{outreach.nothing}", "{", "今日 {多少} 户", "{outreach.coverage", "{cases.open:moon}"]
)
def test_braces_that_are_no_figure_are_refused_in_words(
    draft: Bulletin, lived: Lived, office: Actor, text: str
) -> None:
    with pytest.raises(UnknownFigure):
        edit(draft, office, lived.now, text=text)


def test_a_figure_named_anew_is_kept_with_its_rows(draft: Bulletin, lived: Lived, office: Actor) -> None:
    assert not draft.figures.filter(indicator="outreach.dispositions").exists()
    edit(
        draft, office, lived.now, text="联系结果｛outreach.dispositions:refused｝户。"
    )  # typed with a Chinese keyboard
    row = draft.figures.get(indicator="outreach.dispositions", slice="refused")
    assert row.numerator == 1 == len(queries.ids_of(row, ""))


def test_a_refresh_takes_new_figures_and_keeps_edited_words(draft: Bulletin, lived: Lived, office: Actor) -> None:
    edit(draft, office, lived.now, text="覆盖率 {outreach.coverage}，由人改写。")
    later = lived.now + dt.timedelta(minutes=20)
    keep(TODAY, now=later)
    actions.refresh_figures(actor=office, now=later, bulletin_id=draft.pk)
    draft.refresh_from_db()
    assert draft.sections.get(kind="general.outreach").text == "覆盖率 {outreach.coverage}，由人改写。"
    assert draft.figures_at == later and draft.figures.filter(computed_at=later).count() == draft.figures.count() > 0


def test_a_slice_in_which_nothing_is_left_is_told_as_nought(draft: Bulletin, lived: Lived, office: Actor) -> None:
    edit(draft, office, lived.now, text="食品需求 {cases.open:provisions.food} 件。")
    tomorrow = lived.now + dt.timedelta(days=1)
    Case.objects.filter(kind="provisions.food").update(opened_at=tomorrow, due_at=tomorrow + dt.timedelta(days=1))
    later = lived.now + dt.timedelta(minutes=20)
    keep(TODAY, now=later)
    actions.refresh_figures(actor=office, now=later, bulletin_id=draft.pk)
    row = draft.figures.get(indicator="cases.open", slice="provisions.food", area=draft.area)
    assert (row.numerator, queries.ids_of(row, "")) == (0, [])


# --- publishing -----------------------------------------------------------------------------------------------------------


def test_an_office_does_not_publish(draft: Bulletin, lived: Lived, office: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.publish_bulletin(actor=office, now=lived.now, bulletin_id=draft.pk, version=draft.version)


def test_whoever_changed_the_words_does_not_publish_them(draft: Bulletin, lived: Lived, district: Actor) -> None:
    edit(draft, district, lived.now, text="覆盖率 {outreach.coverage}。")
    with pytest.raises(EditorMayNotPublish):
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=draft.pk, version=draft.version)
    draft.refresh_from_db()
    assert draft.status == BulletinStatus.DRAFT


def test_what_was_changed_since_it_was_read_is_not_published(
    draft: Bulletin, lived: Lived, district: Actor, office: Actor
) -> None:
    edit(draft, office, lived.now, text="覆盖率 {outreach.coverage}。")
    with pytest.raises(StaleBulletin):
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=draft.pk, version=1)
    assert Bulletin.objects.get().status == BulletinStatus.DRAFT


def test_words_without_figures_are_not_published(draft: Bulletin, lived: Lived, district: Actor) -> None:
    draft.figures.all().delete()
    with pytest.raises(NothingToPublish):
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=draft.pk, version=draft.version)


def test_a_bulletin_is_published_once_with_a_number_and_a_seal(
    published: Bulletin, district: Actor, lived: Lived
) -> None:
    assert (published.year, published.number, published.revision) == (2020, 1, 0)
    assert published.seal == queries.sealed_as(published)
    with pytest.raises(StaleBulletin):
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=published.pk, version=published.version)
    entry = Entry.objects.get(name="bulletins.publish_bulletin")
    assert entry.facts["seal"] == published.seal and entry.actor_id == district.user_id


WAYS = ["title", "seal", "status", "delete", "text", "figure", "rows", "more", "less"]


@pytest.mark.parametrize("way", WAYS)
def test_the_database_itself_refuses_to_change_what_is_published(published: Bulletin, way: str) -> None:
    ours, said = Bulletin.objects.filter(pk=published.pk), published.sections.all()
    ways = {
        "title": lambda: ours.update(title="另一个标题"),
        "seal": lambda: ours.update(seal="0" * 64),
        "status": lambda: ours.update(status=BulletinStatus.DRAFT),
        "delete": ours.delete,
        "text": lambda: said.update(text="改过"),
        "figure": lambda: published.figures.update(numerator=99),
        "rows": lambda: published.figures.update(rows=b""),
        "more": lambda: BulletinSection.objects.create(bulletin=published, kind="x.y", order=9, heading="加"),
        "less": lambda: published.figures.all().delete(),
    }
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ways[way]()
    assert queries.sealed_as(Bulletin.objects.get(pk=published.pk)) == published.seal


def test_the_seal_is_of_all_that_is_read_and_of_the_rows_that_were_not_counted_too(draft: Bulletin) -> None:
    before = queries.sealed_as(draft)
    for changed in ({"rest": b"x"}, {"label": "另一个"}, {"place_en": "Elsewhere"}, {"method": "另算"}):
        with transaction.atomic():
            draft.figures.update(**changed)
            assert queries.sealed_as(draft) != before, changed
            transaction.set_rollback(True)
    assert queries.sealed_as(draft) == before


def test_what_is_published_opens_the_same_rows_when_the_day_is_counted_again(published: Bulletin, lived: Lived) -> None:
    row = published.figures.get(indicator="cases.open", area=published.area, slice="")
    before = queries.ids_of(row, "")
    FigureRows.objects.all().delete()
    assert queries.ids_of(BulletinFigure.objects.get(pk=row.pk), "") == before != []


# --- correcting -----------------------------------------------------------------------------------------------------------


def test_a_correction_says_what_it_changes(published: Bulletin, lived: Lived, district: Actor) -> None:
    with pytest.raises(Refused):
        actions.draft_revision(actor=district, now=lived.now, bulletin_id=published.pk, note=" ")


def test_a_correction_is_a_bulletin_of_its_own_that_names_the_first(
    published: Bulletin, lived: Lived, district: Actor
) -> None:
    begun = actions.draft_revision(actor=district, now=lived.now, bulletin_id=published.pk, note="覆盖率有误")
    with pytest.raises(StaleBulletin):
        actions.draft_revision(actor=district, now=lived.now, bulletin_id=published.pk, note="再改一次")
    row = Bulletin.objects.get(pk=begun.bulletin_id)
    assert Bulletin.objects.get(pk=published.pk).status == BulletinStatus.PUBLISHED
    with pytest.raises(EditorMayNotPublish):
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=row.pk, version=row.version)
    actions.publish_bulletin(actor=SYSTEM, now=lived.now, bulletin_id=row.pk, version=row.version)
    row.refresh_from_db()
    published.refresh_from_db()
    assert (row.corrects, row.number, row.revision) == (published, 1, 1)
    assert published.status == BulletinStatus.SUPERSEDED
    assert queries.correction_of(published) == row
    assert queries.sealed_as(published) == published.seal, "the first stays as it was"


def test_a_discarded_draft_is_not_drafted_again_by_itself(draft: Bulletin, lived: Lived, office: Actor) -> None:
    actions.discard_bulletin(actor=office, now=lived.now, bulletin_id=draft.pk)
    handlers.draft_what_is_due(lived.now)
    assert Bulletin.objects.count() == 1
    with pytest.raises(StaleBulletin):
        actions.discard_bulletin(actor=office, now=lived.now, bulletin_id=draft.pk)


def test_every_placeholder_of_a_draft_has_its_figure(draft: Bulletin) -> None:
    known = set(draft.figures.filter(area=draft.area).values_list("indicator", "slice"))
    for section in draft.sections.all():
        for asked in asked_in(f"{section.text} {section.text_en}"):
            assert tuple(asked.name) in known


def test_what_a_subdistricts_bulletin_tells_the_district_does_not_leave_out_and_the_other_way_round(
    lived: Lived, kept: object, district: Actor, small_district: District
) -> None:
    for areas in ([small_district.root.code], [small_district.street.code]):
        made = actions.draft_bulletins(actor=SYSTEM, now=lived.now, areas=areas, day=TODAY)
        actions.publish_bulletin(actor=district, now=lived.now, bulletin_id=made.bulletin_ids[0], version=1)
    stands: dict[tuple[str, str, str, int], set[tuple[str, str]]] = {}
    for row in BulletinFigure.objects.all():
        key = (row.indicator, row.area, row.slice, row.numerator)
        stands.setdefault(key, set()).add((row.numerator_shown, row.denominator_shown))
    shared = [how for key, how in stands.items() if key[1] == small_district.street.code]
    assert len(shared) > 5 and all(len(how) == 1 for how in shared)


def test_a_correction_leaves_out_what_the_first_left_out(published: Bulletin, lived: Lived, district: Actor) -> None:
    begun = actions.draft_revision(actor=district, now=lived.now, bulletin_id=published.pk, note="更正标题")
    actions.publish_bulletin(actor=SYSTEM, now=lived.now, bulletin_id=begun.bulletin_id, version=1)
    columns = ("indicator", "area", "slice", "numerator_shown", "denominator_shown")
    first = set(published.figures.values_list(*columns))
    assert first == set(BulletinFigure.objects.filter(bulletin=begun.bulletin_id).values_list(*columns))

"""Divisions, organisations, and what changes in people's lives."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from conftest import District, Family, MakeFamily
from renwang.foundation.access.models import Look
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.registry import actions
from renwang.loop.registry.engine.english import english_name
from renwang.loop.registry.models import (
    Division,
    Enrolment,
    Membership,
    Organisation,
    Person,
    Programme,
    SearchKey,
    Subject,
)
from renwang.loop.registry.rules import DivisionIn, DivisionLevel, EnrolmentIn, OrganisationIn, PersonIn, Relation

SYSTEM = Actor.system()


def test_only_the_system_loads_divisions(small_district: District, street_officer: Actor, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.load_divisions(
            actor=street_officer, now=now, divisions=[DivisionIn("370704003999", "新村", DivisionLevel.VILLAGE)]
        )


def test_a_list_of_divisions_loads_once(db: None, now: dt.datetime) -> None:
    told = [
        DivisionIn("370704006201", "西李三村", DivisionLevel.VILLAGE),
        DivisionIn("370704000000", "坊子区", DivisionLevel.DISTRICT),
        DivisionIn("370704006000", "九龙街道", DivisionLevel.STREET),
    ]
    assert actions.load_divisions(actor=SYSTEM, now=now, divisions=told).new == 3
    assert Division.objects.get(code="370704006201").parent_id == "370704006"
    again = actions.load_divisions(actor=SYSTEM, now=now, divisions=told)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)


def test_a_division_without_an_english_name_is_told_in_pinyin(db: None, now: dt.datetime) -> None:
    told = [
        DivisionIn("370704", "坊子区", DivisionLevel.DISTRICT),
        DivisionIn("370704006", "九龙街道", DivisionLevel.STREET, name_en="Jiulong Subdistrict"),
        DivisionIn("370704006201", "西李三村", DivisionLevel.VILLAGE),
    ]
    actions.load_divisions(actor=SYSTEM, now=now, divisions=told)
    village = Division.objects.get(code="370704006201")
    with override("zh-hans"):
        assert (village.called, str(village)) == ("西李三村", "西李三村")
    with override("en"):
        assert (village.called, str(village)) == ("Xilisan Village", "Xilisan Village")
        assert Division.objects.get(code="370704006").called == "Jiulong Subdistrict"
    # A later list without English names does not take away the one that was given.
    again = actions.load_divisions(actor=SYSTEM, now=now, divisions=[replace(one, name_en="") for one in told])
    assert again.changed == 0


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("坊安街道", "Fang'an"),
        ("槐荫社区居委会", "Huaiyin Community"),
        ("东王村村民委员会", "Dongwang Village"),
        ("吕家镇", "Lüjia Town"),
        ("第3村", "Di 3 Village"),
        ("Nord-Kivu", "Nord-Kivu"),
    ],
)
def test_a_name_is_spelt_as_maps_spell_it(name: str, spelt: str) -> None:
    assert english_name(name) == spelt


def test_any_countrys_codes_load(db: None, now: dt.datetime) -> None:
    told = [
        DivisionIn("CD", "RD Congo", DivisionLevel.COUNTRY),
        DivisionIn("CD61", "Nord-Kivu", DivisionLevel.PROVINCE),
        DivisionIn("CD6101", "Goma", DivisionLevel.DISTRICT),
    ]
    actions.load_divisions(actor=SYSTEM, now=now, divisions=told)
    assert Division.objects.get(code="CD6101").parent_id == "CD61"


def test_an_unknown_parent_is_told_with_its_row(db: None, now: dt.datetime) -> None:
    told = [
        DivisionIn("370704", "坊子区", DivisionLevel.DISTRICT),
        DivisionIn("370705001", "别处", DivisionLevel.STREET, parent="370705"),
    ]
    with pytest.raises(actions.UnknownParent, match=r"2.*370705001"):
        actions.load_divisions(actor=SYSTEM, now=now, divisions=told)


def test_the_district_is_set_up_by_one_command_twice_the_same(db: None) -> None:
    call_command("setup_district", verbosity=0)
    count = Division.objects.count()
    assert Division.objects.filter(level=DivisionLevel.STREET, parent_id="370704").count() >= 7
    assert Programme.objects.filter(code="poor_household").exists()
    call_command("setup_district", verbosity=0)
    assert Division.objects.count() == count


def test_a_wrong_list_enters_nothing_and_names_the_rows(db: None, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "list.csv"
    path.write_text("代码,名称\n370704,坊子区\n370704006,九龙街道\n,无码\n420102001,别处\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_divisions", str(path))
    assert "4" in str(refused.value) and "420102001" in str(refused.value)
    assert not Division.objects.exists()
    path.write_text("代码,名称\n370704000000,坊子区\n370704006000,九龙街道\n", encoding="gb18030")
    call_command("load_divisions", str(path), verbosity=0)
    assert Division.objects.count() == 2


def test_organisations_enter_once(small_district: District, street_officer: Actor, now: dt.datetime) -> None:
    told = OrganisationIn(
        "坊子蔬菜合作社", small_district.village.code, phone="0536-7661234", enrolments=(EnrolmentIn("resident"),)
    )

    def register(*given: OrganisationIn) -> tuple[str, ...]:
        return actions.register_organisations(
            actor=street_officer, now=now, organisations=given, source="test"
        ).verdicts

    assert register(told) == ("new",)
    assert register(told) == ("unchanged",)
    assert register(OrganisationIn(told.name, told.division, credit_code="91370704MA00000001")) == ("changed",)
    assert Organisation.objects.get().phone == "0536-7661234"


def test_a_household_moves_with_its_members(
    small_district: District, family: Family, street_officer: Actor, outsider: Actor, now: dt.datetime
) -> None:
    to = small_district.next_village.code
    with pytest.raises(NotAllowed):
        actions.move_household(actor=outsider, now=now, household_id=family.household.pk, division=to)
    with pytest.raises(NotAllowed):  # out of the street: only who may write in both
        actions.move_household(
            actor=street_officer, now=now, household_id=family.household.pk, division=small_district.far_village.code
        )
    moved = actions.move_household(actor=street_officer, now=now, household_id=family.household.pk, division=to)
    assert set(Subject.objects.filter(pk__in=moved.person_ids).values_list("division_id", flat=True)) == {to}
    assert set(SearchKey.objects.filter(subject=family.head).values_list("code", flat=True)) == {to}


def test_an_enrolment_begins_once_and_ends_once(
    family: Family, street_officer: Actor, helper: Actor, now: dt.datetime
) -> None:
    ids = [family.household.pk]
    with pytest.raises(NotAllowed):
        actions.enrol(actor=helper, now=now, programme="poor_household", subject_ids=ids)
    assert actions.enrol(actor=street_officer, now=now, programme="poor_household", subject_ids=ids).subject_ids
    assert not actions.enrol(actor=street_officer, now=now, programme="poor_household", subject_ids=ids).subject_ids
    row = Enrolment.objects.get(programme_id="poor_household")
    with pytest.raises(actions.EndsBeforeItBegins):
        actions.end_enrolment(
            actor=street_officer, now=now, enrolment_id=row.pk, until=row.since - dt.timedelta(days=1)
        )
    actions.end_enrolment(actor=street_officer, now=now, enrolment_id=row.pk)
    with pytest.raises(actions.AlreadyEnded):
        actions.end_enrolment(actor=street_officer, now=now, enrolment_id=row.pk)


def test_a_person_who_has_died_is_not_asked_for_any_more(
    family: Family, street_officer: Actor, now: dt.datetime
) -> None:
    row = Membership.objects.get(person=family.members[1])
    actions.end_membership(actor=street_officer, now=now, membership_id=row.pk, is_gone=True)
    assert not Subject.objects.get(pk=family.members[1].pk).is_current


def test_an_id_number_is_borne_by_one(
    make_family: MakeFamily, family: Family, street_officer: Actor, now: dt.datetime
) -> None:
    from .test_register_households import id_of

    other = make_family("王五")
    actions.correct_person(actor=street_officer, now=now, person_id=family.head.pk, told={"id_number": id_of(3)})
    with pytest.raises(actions.IdNumberTaken):
        actions.correct_person(actor=street_officer, now=now, person_id=other.head.pk, told={"id_number": id_of(3)})
    actions.correct_person(
        actor=street_officer, now=now, person_id=family.head.pk, told={"phone": "", "name": "刘得顺"}
    )
    assert Person.objects.get(pk=family.head.pk).phone is None
    assert SearchKey.objects.filter(subject=family.head, key="liudeshun").exists()


def test_a_look_needs_a_reason_and_the_right_and_leaves_no_value(
    family: Family, helper: Actor, outsider: Actor, now: dt.datetime
) -> None:
    def look(actor: Actor, reason: str) -> None:
        actions.reveal_field(actor=actor, now=now, subject_id=family.household.pk, field="phone", reason=reason)

    with pytest.raises(actions.NoReason):
        look(helper, " ")
    with pytest.raises(NotAllowed):
        look(outsider, "想看看")
    look(helper, "打电话")
    assert Look.objects.get().reason == "打电话"
    facts = Entry.objects.filter(name="registry.reveal_field").get().facts
    assert facts == {"subject_id": family.household.pk, "field": "phone"}


def test_a_member_added_twice_by_a_form_sent_twice_is_one(
    family: Family, street_officer: Actor, now: dt.datetime
) -> None:
    told = PersonIn("刘小宝", Relation.SON, born_on=dt.date(2019, 5, 1))
    made = [
        actions.add_member(actor=street_officer, now=now, household_id=family.household.pk, person=told)
        for _time in range(2)
    ]
    assert (made[0].is_new, made[1].is_new) == (True, False)
    assert made[0].person_id == made[1].person_id

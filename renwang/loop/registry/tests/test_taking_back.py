"""An import is taken back as a whole, and what was done since stays."""

import datetime as dt

import pytest

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.models import (
    Enrolment,
    ImportBatch,
    ImportTrace,
    Membership,
    Particulars,
    Person,
    SearchKey,
    Subject,
)

from .ledgers import book, counts, enter, id_of, send, taken

pytestmark = pytest.mark.django_db


class TestTakingBack:
    """An import is taken back as a whole; what was edited or used since stays, and that is told."""

    HEAD = ["户编号", "姓名", "身份证号", "与户主关系", "电话", "村", "健康状况"]

    def first(self, actor: Actor, now: dt.datetime) -> ImportBatch:
        return taken(actor, now, [self.HEAD, ["F1", "刘德顺", id_of(1), "户主", "15400000001", "示范一村", "健康"]])

    def undone(self, actor: Actor, now: dt.datetime, batch: ImportBatch) -> ImportBatch:
        actions.undo_import(actor=actor, now=now, batch_id=batch.pk)
        handlers.keep_undo({"batch_id": batch.pk}, now=now)
        batch.refresh_from_db()
        return batch

    def test_only_what_was_entered_can_be_taken_back_and_once(
        self, small_district: District, street_officer: Actor, now: dt.datetime
    ) -> None:
        batch = send(street_officer, now, book([self.HEAD, ["F1", "刘德顺", id_of(1), "户主", None, "示范一村", None]]))
        with pytest.raises(actions.StaleImport):
            actions.undo_import(actor=street_officer, now=now, batch_id=batch.pk)
        self.undone(street_officer, now, enter(street_officer, now, batch))
        with pytest.raises(actions.StaleImport):
            actions.undo_import(actor=street_officer, now=now, batch_id=batch.pk)

    def test_all_that_was_new_is_gone_and_comes_in_again(
        self, small_district: District, street_officer: Actor, now: dt.datetime
    ) -> None:
        batch = self.undone(street_officer, now, self.first(street_officer, now))
        assert batch.status == "undone" and not Subject.objects.exists() and not Particulars.objects.exists()
        assert not SearchKey.objects.exists(), "no constraint of the database would tell of keys of nobody"
        assert (
            not Membership.objects.exists()
            and not Enrolment.objects.exists()
            and not ImportTrace.objects.filter(batch=batch).exclude(what__endswith="+").exists()
        )
        assert counts(self.first(street_officer, now)) == {"new": 1}

    def test_what_was_changed_is_what_it_was(
        self, small_district: District, street_officer: Actor, now: dt.datetime
    ) -> None:
        self.first(street_officer, now)
        rows = [
            self.HEAD,
            ["F1", "刘德顺", id_of(1), "户主", "15400000002", "示范二村", "患有大病"],
            ["F1", "王秀英", id_of(2, "2"), "配偶", None, "示范二村", None],
        ]
        batch = taken(street_officer, now, rows)
        assert counts(batch) == {"changed": 1, "new": 1}
        self.undone(street_officer, now, batch)
        person = Person.objects.get()
        assert person.phone == "15400000001" and person.subject.division_id == small_district.village.code
        assert Particulars.objects.get().told == "health\t健康"
        assert counts(
            send(
                street_officer,
                now,
                book([self.HEAD, ["F1", "刘德顺", id_of(1), "户主", "15400000001", "示范一村", "健康"], []]),
            )
        ) == {"unchanged": 1}

    def test_who_had_the_say_has_it_again(
        self, small_district: District, street_officer: Actor, now: dt.datetime
    ) -> None:
        self.first(street_officer, now)
        rows = [self.HEAD, ["F1", "刘德顺", id_of(1), "户主", "15400000002", "示范一村", None]]
        batch = enter(street_officer, now, send(street_officer, now, book(rows), office="health"))
        assert Subject.objects.get(kind="person").source == "health"
        self.undone(street_officer, now, batch)
        assert set(Subject.objects.values_list("source", flat=True)) == {""}
        again = send(street_officer, now, book([*rows, []]), office="poverty")
        assert counts(again) == {"changed": 1}, "nobody in particular told of it: any office may"

    def test_later_edits_are_kept_and_told(
        self, small_district: District, street_officer: Actor, now: dt.datetime
    ) -> None:
        rows = [
            self.HEAD,
            ["F1", "刘德顺", id_of(1), "户主", "15400000001", "示范一村", None],
            ["F2", "赵小六", id_of(3), "户主", None, "示范一村", None],
        ]
        batch = taken(street_officer, now, rows)
        person = Person.objects.get(subject__name="刘德顺")
        later = now + dt.timedelta(hours=1)
        actions.correct_person(actor=street_officer, now=later, person_id=person.pk, told={"phone": "15400000007"})
        self.undone(street_officer, later, batch)
        assert set(Subject.objects.values_list("name", "kind")) == {("刘德顺", "person"), ("刘德顺", "household")}
        kept = ImportTrace.objects.filter(batch=batch).exclude(kept="").values_list("what", "kept")
        assert sorted(kept) == [("subject", "edited"), ("subject", "used")]

    def test_a_later_value_is_not_overwritten(
        self, small_district: District, street_officer: Actor, now: dt.datetime
    ) -> None:
        self.first(street_officer, now)
        second = taken(
            street_officer, now, [self.HEAD, ["F1", "刘德顺", id_of(1), "户主", "15400000002", "示范一村", None]]
        )
        taken(street_officer, now, [self.HEAD, ["F1", "刘德顺", id_of(1), "户主", "15400000003", "示范一村", None]])
        self.undone(street_officer, now, second)
        assert Person.objects.get().phone == "15400000003"
        assert ImportTrace.objects.filter(batch=second, what="person.phone", kept="edited").count() == 1

    def test_an_undoing_that_was_killed_goes_on(
        self, small_district: District, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("renwang.loop.registry.actions.undoing.PART", 2)
        rows = [[f"K{n}", f"赵{'甲乙丙丁戊己庚'[n]}", id_of(20 + n), "户主", None, "示范一村", None] for n in range(7)]
        batch = taken(street_officer, now, [self.HEAD, *rows])
        actions.undo_import(actor=street_officer, now=now, batch_id=batch.pk)
        for _part in range(3):
            actions.take_back_part(actor=street_officer, now=now, batch_id=batch.pk)
        assert 0 < Subject.objects.count() < 14
        handlers.keep_undo({"batch_id": batch.pk}, now=now)
        batch.refresh_from_db()
        assert batch.status == "undone" and not Subject.objects.exists()

"""A drill plays in an empty database, may empty one that a drill made, and touches no other."""

import datetime as dt

import pytest

from renwang.drill import guard
from renwang.drill.cast import REGISTER_SOURCE
from renwang.drill.guard import DatabaseRefused, Standing
from renwang.drill.ledgers import WORKBOOKS
from renwang.foundation.access.rules import Actor
from renwang.loop.registry import actions as registry
from renwang.loop.registry.engine.divisions import demo_district
from renwang.loop.registry.models import Household, ImportBatch
from renwang.loop.registry.rules import DivisionIn, DivisionLevel, HouseholdIn, PersonIn, Relation

NOW = dt.datetime(2020, 2, 17, 1, tzinfo=dt.UTC)
VILLAGE = "370704006D01"

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(db: None):
    """Return a function that enters one household from a list."""
    system = Actor.system()
    rows = [
        DivisionIn(
            code=row.code,
            name=row.name,
            level=DivisionLevel(row.level),
            name_en=row.name_en,
            parent=row.parent,
            lon=row.lon,
            lat=row.lat,
        )
        for row in demo_district().rows
    ]
    registry.load_divisions(actor=system, now=NOW, divisions=rows)

    def enter(number: str, source: str) -> None:
        told = HouseholdIn(
            number=number,
            name="王德福",
            division=VILLAGE,
            members=(PersonIn(name=f"王德福{number}", relation=Relation.HEAD),),
        )
        registry.register_households(actor=system, now=NOW, households=[told], source=source)

    return enter


def refusal(*, fresh: bool) -> str:
    with pytest.raises(DatabaseRefused) as told:
        guard.prepare(fresh=fresh)
    return str(told.value)


def test_a_districts_register_is_refused_even_where_it_may_be_emptied(register) -> None:
    register("1", "坊子区户籍底册")
    assert guard.standing() == Standing.SOMEBODYS
    assert "never touches" in refusal(fresh=False)
    assert "never touches" in refusal(fresh=True)
    assert Household.objects.count() == 1


def test_one_household_that_no_drill_entered_makes_it_somebodys(register) -> None:
    register("1", REGISTER_SOURCE)
    register("2", "import:77")
    assert guard.standing() == Standing.SOMEBODYS
    Household.objects.filter(number="2").delete()
    # The ledger still says that somebody's list came in.
    assert guard.standing() == Standing.SOMEBODYS


def test_a_household_the_ledger_does_not_know_makes_it_somebodys(register) -> None:
    register("1", REGISTER_SOURCE)
    known = Household.objects.get()
    other = known.subject
    other.pk = None
    other.save()
    Household.objects.create(subject=other, number="9")
    assert guard.standing() == Standing.SOMEBODYS


def test_accounts_alone_are_somebodys(make_user) -> None:
    make_user("wang", auditor=VILLAGE)
    assert guard.standing() == Standing.SOMEBODYS


def test_a_drills_own_is_refused_until_it_may_be_emptied(register) -> None:
    batch = ImportBatch.objects.create(filename=WORKBOOKS[0], digest="x", blob=b"x", area=VILLAGE, uploaded_at=NOW)
    register("1", REGISTER_SOURCE)
    register("2", f"import:{batch.pk}")
    assert guard.standing() == Standing.A_DRILLS
    assert "--fresh" in refusal(fresh=False)


def test_an_empty_database_may_be_played_in() -> None:
    assert guard.standing() == Standing.EMPTY

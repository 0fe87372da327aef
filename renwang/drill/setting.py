"""The day before the first: the divisions, the accounts, the register, and who is responsible for whom."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from renwang.foundation.access import actions as access
from renwang.foundation.access.engine.one_time import code_at, demo_secret
from renwang.foundation.access.rules import ROLES, Actor
from renwang.loop.assignments import actions as assignments
from renwang.loop.assignments.rules import STANDARD_DUTIES, WorkerIn
from renwang.loop.registry import actions as registry
from renwang.loop.registry.engine.divisions import DivisionRow, demo_district
from renwang.loop.registry.models import Membership
from renwang.loop.registry.rules import DivisionIn, DivisionLevel, Sex
from renwang.loop.registry.rules.programmes import STANDARD_PROGRAMMES

from . import cast as people
from .cast import Part, Player, password_of
from .people import Inventor, Neighbour
from .world import Home, Member, World

DUTY_OF_POST = {
    "secretary": "party_secretary",
    "grid": "grid_worker",
    "doctor": "village_doctor",
    "charge": "cadre_in_charge",
}
CAPACITY = {"helper": 15, "grid": 60, "secretary": 4}
MOST_AT_ONCE = 500


def lay_out(world: World, households: int, seed: int) -> None:
    """Make everything that is there before the first day begins."""
    begin = world.days.at(world.days.day(-1), time(9))
    _load_divisions(world, begin)
    _open_accounts(world, begin + timedelta(minutes=20), Inventor(seed + 1, how=world.how))
    _register(world, begin + timedelta(hours=2), Inventor(seed, how=world.how), households)
    _give_duties(world, begin + timedelta(hours=5))
    world.forget_actors()


def _load_divisions(world: World, at: datetime) -> None:
    rows = demo_district().rows
    registry.load_divisions(actor=world.system, now=at, divisions=[_as_given(row) for row in rows])
    registry.define_programmes(actor=world.system, now=at, programmes=STANDARD_PROGRAMMES)
    assignments.define_duties(actor=world.system, now=at, duties=STANDARD_DUTIES)
    world.villages = [row for row in rows if row.level == "village"]
    world.streets = [row for row in rows if row.level == "street"]


def _as_given(row: DivisionRow) -> DivisionIn:
    return DivisionIn(
        code=row.code,
        name=row.name,
        level=DivisionLevel(row.level),
        name_en=row.name_en,
        parent=row.parent,
        lon=row.lon,
        lat=row.lat,
        is_internal=row.is_internal,
    )


def _open_accounts(world: World, at: datetime, inventor: Inventor) -> None:
    """Let the system open the first account, and its holder the others."""
    streets = [(row.code, row.name) for row in world.streets]
    local = people.village_parts([(row.code, row.name) for row in world.villages], streets)
    _open(world, at, inventor, people.FIRST)
    parts = {part.username: part for _village, _post, part in local}
    world.say("accounts")
    for part in (*people.OFFICES, *people.street_parts(streets), *parts.values(), people.VOLUNTEER):
        at += timedelta(seconds=20)
        _open(world, at, inventor, part)
    for village, post, part in local:
        world.cast.of_village[village][post] = part.username
    # Who has no grid worker of their own is served by the one of the village before.
    for before, row in zip(world.villages, world.villages[1:], strict=False):
        if "grid" not in world.cast.of_village[row.code]:
            server = world.cast.in_village(before.code, "grid")
            if server is not None:
                access.grant_role(
                    actor=world.named("accounts", at), now=at, user_id=server.user_id, role="grid_worker", area=row.code
                )
                world.cast.of_village[row.code]["grid"] = server.username
    world.forget_actors()


def _open(world: World, at: datetime, inventor: Inventor, part: Part) -> None:
    is_first = part == people.FIRST
    name = inventor.name(Sex.FEMALE if part.is_woman else Sex.MALE, old=world.chance(0.3))
    by = world.system if is_first else world.named("accounts", at)
    made = access.add_account(
        actor=by,
        now=at,
        username=part.username,
        name=name,
        password=password_of(part.username),
        role=part.role,
        area=part.area,
        unit=part.unit,
        post=part.post,
        must_change_password=False,
    )
    for area in part.more_areas:
        access.grant_role(actor=by, now=at, user_id=made.user_id, role=part.role, area=area)
    world.cast.add(Player(made.user_id, part.username, name, part.role, part.area))
    if ROLES[part.role].second_factor:
        set_up_second_factor(world.named(part.username, at), at, part.username)


def set_up_second_factor(actor: Actor, at: datetime, username: str) -> None:
    """Let a district account set its phone up. The secret is no secret: the demo shows the code to everybody."""
    secret = demo_secret(username)
    access.begin_second_factor(actor=actor, now=at, secret=secret)
    access.confirm_second_factor(actor=actor, now=at, code=code_at(secret, at), recovery_codes=())


def _register(world: World, at: datetime, inventor: Inventor, households: int) -> None:
    """Let the relief office enter the register, street by street."""
    world.say("register")
    found = defaultdict(list)
    for neighbour in inventor.households(world.villages, households, world.days.today, larger={people.STORY_VILLAGE}):
        found[neighbour.told.division].append(neighbour)
    waiting: list[Neighbour] = []
    for number, row in enumerate(world.villages, start=1):
        waiting += found[row.code]
        if len(waiting) >= MOST_AT_ONCE or number == len(world.villages):
            enter(world, at, waiting, source=people.REGISTER_SOURCE)
            at += timedelta(minutes=4)
            waiting = []


def enter(world: World, at: datetime, neighbours: Sequence[Neighbour], *, source: str) -> None:
    """Register households and remember who they are."""
    if not neighbours:
        return
    done = registry.register_households(
        actor=world.named("relief", at),
        now=world.real(at),
        households=[neighbour.told for neighbour in neighbours],
        source=source,
    )
    remember(world, dict(zip(done.household_ids, neighbours, strict=True)))


def remember(world: World, entered: dict[int, Neighbour]) -> None:
    """Learn the numbers the register gave to households and their members."""
    persons: dict[int, list[int]] = defaultdict(list)
    ids = sorted(entered)
    for start in range(0, len(ids), 900):
        rows = Membership.objects.filter(household_id__in=ids[start : start + 900], until__isnull=True)
        for household_id, person_id in rows.order_by("pk").values_list("household_id", "person_id"):
            persons[household_id].append(person_id)
    for household_id, neighbour in entered.items():
        told = neighbour.told
        members = tuple(
            Member(person_id, one, world.days.today.year - one.born_on.year if one.born_on else 40)
            for person_id, one in zip(persons[household_id], told.members, strict=False)
        )
        world.homes[household_id] = Home(household_id, told, neighbour.temper, members)
        world.home_of |= {member.person_id: household_id for member in members}


def _give_duties(world: World, at: datetime) -> None:
    """Let the district give every village its team and every poor household its helper; a few are left out."""
    actor = world.named("district", at)
    workers: dict[int, WorkerIn] = {}
    for row in world.villages:
        for post in ("helper", "grid", "secretary"):
            player = world.cast.in_village(row.code, post)
            if player is None:
                continue
            before = workers.get(player.user_id)
            served = (*before.served, row.code) if before else ()
            workers[player.user_id] = WorkerIn(
                user_id=player.user_id,
                home=before.home if before else row.code,
                capacity=CAPACITY[post] * (1 + len(served)),
                served=served,
                lon=row.lon,
                lat=row.lat,
            )
    assignments.add_workers(actor=actor, now=at, workers=list(workers.values()))
    for post, duty in DUTY_OF_POST.items():
        pairs = [
            (player.user_id, row.code) for row in world.villages if (player := world.cast.in_village(row.code, post))
        ]
        assignments.assign_to_divisions(actor=actor, now=at, duty=duty, pairs=pairs, reason="疫情防控排查队")
    gap = world.how.share("households", "without_helper")
    poor: list[tuple[int, int]] = []
    others: list[tuple[int, int]] = []
    for home in world.homes.values():
        is_poor = home.stands_on("poor_household")
        player = world.cast.in_village(home.village, "helper" if is_poor else "grid")
        if player is not None and not (is_poor and world.chance(gap)):
            (poor if is_poor else others).append((player.user_id, home.household_id))
    assignments.assign(actor=actor, now=at, duty="helper", pairs=poor, reason="一对一帮扶")
    assignments.assign(actor=actor, now=at, duty="helper", pairs=others, reason="网格员联系户")

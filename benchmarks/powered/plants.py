"""Plants that work and plants that pretend: load curves made from machines, shifts and people, never from the engine's features.

Honest: day shift, two shifts, continuous process; and the odd: cold stores, night shifts, stopped for repair. Pretending: lights
and heating left on, machines idling by the clock, heaters burnt until the day's target is reached.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

POINTS = 96
HOURS = np.arange(POINTS) / 4
HONEST = ("day_shift", "two_shifts", "continuous", "cold_store", "night_shift", "repair")
FAKES = ("lights_on", "idling", "to_target")
ODD = frozenset({"cold_store", "night_shift", "repair"})


@dataclass(frozen=True)
class World:
    """Base days, the days looked at, the day of the notice, and one load curve for each firm."""

    days: list[date]
    base: tuple[date, date]
    window: tuple[date, date]
    notice: date
    kinds: list[str]
    kw: np.ndarray  # firms × days × 96


def world(firms: int, seed: int, *, is_hard: bool = False) -> World:
    """`is_hard`: pretenders let a fifth of the plant work, and a quarter of the honest have changed their hours since."""
    r = np.random.default_rng(seed)
    base = [date(2019, 11, 4) + timedelta(n) for n in range(28)]
    window = [date(2020, 2, 17) + timedelta(n) for n in range(14)]
    notice = window[3]
    days = base + window
    shares = [0.34, 0.14, 0.12, 0.06, 0.06, 0.06, 0.075, 0.075, 0.07]
    kinds = list(r.choice(HONEST + FAKES, firms, p=np.array(shares) / sum(shares)))
    kw = np.stack([plant(kind, days, len(base), 4, r, is_hard=is_hard) for kind in kinds])
    return World(days, (base[0], base[-1]), (window[0], window[-1]), notice, kinds, np.round(kw, 2))


def plant(
    kind: str, days: list[date], n_base: int, noticed: int, r: np.random.Generator, *, is_hard: bool = False
) -> np.ndarray:
    """Curves of one plant; a plant that pretends was once honest, with a day shift or two."""
    rated = r.lognormal(3.5, 1.0)
    was = kind if kind in HONEST else str(r.choice(["day_shift", "two_shifts"], p=[0.75, 0.25]))
    machines = rated * r.dirichlet(np.full(int(r.integers(3, 14)), 3.0))
    standby = rated * r.uniform(0.03, 0.12)
    rests = (r.random() < 0.35, r.random() < 0.8)  # Saturday, Sunday
    habit = {"start": r.uniform(7, 8.5), "length": r.uniform(8.5, 10.5), "night": r.uniform(20, 23)}
    cut = int(r.integers(0, 9)) if r.random() < 0.5 else int(r.integers(noticed, noticed + 4))
    staffed = r.uniform(0.45, 1.0)
    broken = set(range(int(r.integers(0, 6)), int(r.integers(7, 13)))) if kind == "repair" else set()
    out = []
    changed = is_hard and r.random() < 0.25
    for n, day in enumerate(days):
        now = n - n_base
        if now == 0 and changed:
            # Orders to catch up with: no Sunday, longer days, or the cheaper hours.
            rests = (False, False)
            habit = {**habit, "length": habit["length"] + 3, "start": habit["start"] + float(r.choice([0, 2, 10]))}
        idle = standby * (1 + 0.05 * r.standard_normal(POINTS)) + 0.02 * rated * ((HOURS > 8) & (HOURS < 18))
        is_rest = (day.weekday() == 5 and rests[0]) or (day.weekday() == 6 and rests[1])
        if now >= 0 and kind in FAKES:
            some = worked(was, machines, idle, habit, 0.2, r, is_rest=is_rest) - idle if is_hard else 0
            out.append(
                idle
                if now < noticed + r.integers(0, 2)
                else some + pretended(kind, machines, idle, 16 if was == "two_shifts" else 10, r)
            )
        elif now >= 0 and (now in broken or (was != "cold_store" and now < cut)):
            out.append(idle)
        else:
            share = min(1.0, staffed + 0.04 * max(now - cut, 0)) if now >= 0 else 1.0
            out.append(worked(was, machines, idle, habit, share, r, is_rest=is_rest))
    return np.maximum(np.stack(out), 0)


def worked(
    kind: str,
    machines: np.ndarray,
    idle: np.ndarray,
    habit: dict[str, float],
    share: float,
    r: np.random.Generator,
    *,
    is_rest: bool,
) -> np.ndarray:
    """A day on which people run machines: shifts, breaks, set-ups, work that comes and goes."""
    rated = machines.sum()
    if kind == "cold_store":
        warm = 1 + 0.08 * np.sin((HOURS - 9) / 24 * 2 * np.pi)
        return idle + rated * 0.55 * warm * (1 + 0.06 * r.standard_normal(POINTS)) * r.uniform(0.93, 1.07)
    if kind == "continuous":
        drift = 1 + np.cumsum(r.standard_normal(POINTS)) * 0.006
        return idle + rated * 0.8 * share * drift * (1 + 0.03 * r.standard_normal(POINTS)) * r.uniform(0.9, 1.1)
    if is_rest:
        return idle
    start = habit["night"] if kind == "night_shift" else habit["start"]
    length = habit["length"] * (1.7 if kind == "two_shifts" else 1)
    since = (HOURS - start - 0.25 * r.standard_normal()) % 24
    load = idle.copy()
    for power in machines[r.random(len(machines)) < share]:
        begins, ends = r.uniform(0, 0.7), length - r.uniform(0, 0.8)
        at_work = (since >= begins) & (since < ends)
        lunch = (since > length / 2 - 0.5) & (since < length / 2 + 0.3)
        state = np.cumsum(r.random(POINTS) < 0.14) % 2 == 0
        load += power * at_work * ~lunch * np.where(state, r.uniform(0.75, 1.0), r.uniform(0.15, 0.5))
    return load


def pretended(kind: str, machines: np.ndarray, idle: np.ndarray, hours: float, r: np.random.Generator) -> np.ndarray:
    """A day on which nobody makes anything, and the meter turns."""
    rated = machines.sum()
    if kind == "lights_on":
        lamps = rated * r.uniform(0.10, 0.16)
        cold = 1 + 0.25 * np.cos((HOURS - 4) / 24 * 2 * np.pi)
        hunting = np.where(np.arange(POINTS) % 4 < 2, 1.15, 0.85)
        return idle + lamps + rated * r.uniform(0.10, 0.18) * cold * hunting
    if kind == "idling":
        begins, ends = r.uniform(6.5, 8.5), r.uniform(17.5, 21)
        return idle + rated * r.uniform(0.30, 0.42) * ((begins <= HOURS) & (ends > HOURS)) * (
            1 + 0.01 * r.standard_normal(POINTS)
        )
    # A good third of what the plant used on a working day.
    target = 0.36 * rated * 0.6 * hours * r.uniform(0.9, 1.3)
    power = rated * r.uniform(0.5, 0.95)
    begins = r.uniform(0, 9)
    return idle + power * ((begins <= HOURS) & (begins + target / power > HOURS))

"""From features to a score with its reasons; every sign is measured against what is usual for the same firm."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .shapes import Features, Shape


@dataclass(frozen=True, slots=True)
class Evidence:
    """What others saw of the firm, as shares of its staff. None: nobody looked. `goods_requests`: asked or received lately."""

    gate_share: float | None = None
    staff_share: float | None = None
    goods_requests: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How far one sign alone, at its strongest, carries the score (of one). None of them reaches the line alone by the curve."""

    night_as_day: float = 0.50
    flat_load: float = 0.35
    smooth_load: float = 0.45
    weekend_as_weekday: float = 0.40
    same_every_day: float = 0.35
    unlike_own_base: float = 0.50
    jump_after_notice: float = 0.30
    few_at_gate: float = 0.55
    few_staff: float = 0.45
    no_goods: float = 0.15


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign: its code (see REASONS), its values (shares of one), and how strong it is (0 to 1)."""

    code: str
    values: dict[str, float]
    strength: float


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A score from 0 to 100 with its reasons, the strongest first. `is_above` the line: somebody should look on the spot."""

    enterprise_id: str
    score: Decimal
    reasons: tuple[Reason, ...]
    is_above: bool


DEFAULT_WEIGHTS = Weights()
# Below this share of its base a firm claims nothing that could be faked.
CLAIM = 0.25
# Signs weaker than this are noise and are not told.
TOLD = 0.1


def judged(
    features: Features,
    evidence: Evidence | None = None,
    *,
    line: Decimal = Decimal(60),
    weights: Weights = DEFAULT_WEIGHTS,
) -> Suspicion:
    """Return how much speaks for electricity that is used only to be counted."""
    use = features.use or 0.0
    found: list[Reason] = []
    if use >= CLAIM:
        found += _of_the_curve(features.usual, features.now, features)
        found += _of_others(use, evidence or Evidence())
    doubt = 1.0
    for reason in found:
        doubt *= 1 - getattr(weights, reason.code) * reason.strength
    score = (Decimal(100) * (1 - Decimal(doubt))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    told = sorted((one for one in found if one.strength >= TOLD), key=lambda one: (-one.strength, one.code))
    return Suspicion(features.enterprise_id, score, tuple(told), score >= line)


def _of_the_curve(usual: Shape, now: Shape, features: Features) -> list[Reason]:
    found = []
    if usual.night is not None and now.night is not None:
        # A night shift and a cold store have it in their base already.
        found.append(_reason("night_as_day", _between(now.night - usual.night, 0.15, 0.6), now.night, usual.night))
    if usual.spread is not None and now.spread is not None:
        fallen = _fallen(now.spread, usual.spread, 0.05)
        found.append(_reason("flat_load", _between(fallen, 0.3, 0.8), now.spread, usual.spread))
    if usual.roughness is not None and now.roughness is not None:
        fallen = _fallen(now.roughness, usual.roughness, 0.02)
        found.append(_reason("smooth_load", _between(fallen, 0.35, 0.8), now.roughness, usual.roughness))
    if usual.weekend is not None and now.weekend is not None:
        risen = min(now.weekend, 1.0) - usual.weekend
        found.append(_reason("weekend_as_weekday", _between(risen, 0.15, 0.5), now.weekend, usual.weekend))
    if usual.daily is not None and now.daily is not None:
        fallen = _fallen(now.daily, usual.daily, 0.02)
        found.append(_reason("same_every_day", _between(fallen, 0.4, 0.85), now.daily, usual.daily))
    if features.likeness is not None:
        strength = _between(0.9 - features.likeness, 0.0, 0.6)
        found.append(Reason("unlike_own_base", {"likeness": round(features.likeness, 3)}, strength))
    if features.before is not None and features.after is not None:
        strength = _between(features.after - features.before, 0.15, 0.4)
        values = {"before": round(features.before, 3), "after": round(features.after, 3)}
        found.append(Reason("jump_after_notice", values, strength))
    return found


def _of_others(use: float, evidence: Evidence) -> list[Reason]:
    found = []
    for code, name, share in (
        ("few_at_gate", "gate_share", evidence.gate_share),
        ("few_staff", "staff_share", evidence.staff_share),
    ):
        if share is not None:
            # A firm that uses half of its electricity with a tenth of its people.
            strength = _between(min(use, 1.0) - share, 0.1, 0.5)
            found.append(Reason(code, {name: round(share, 3), "use": round(use, 3)}, strength))
    if evidence.goods_requests is not None:
        strength = 0.0 if evidence.goods_requests else _between(use, 0.3, 0.8)
        found.append(Reason("no_goods", {"use": round(use, 3)}, strength))
    return found


def _fallen(now: float, usual: float, even: float) -> float:
    """Return by how much a spread has fallen; one that was never more than `even` has nowhere to fall."""
    return 1 - (now + even) / (usual + even)


def _reason(code: str, strength: float, now: float, usual: float) -> Reason:
    return Reason(code, {"now": round(now, 3), "usual": round(usual, 3)}, strength)


def _between(value: float, low: float, high: float) -> float:
    """Return how far a value has gone from `low` (0) to `high` (1)."""
    return min(max((value - low) / (high - low), 0.0), 1.0)

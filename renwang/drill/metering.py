"""The meters of the demo's firms: readings of a base period, of the weeks since, and load curves, sent as a grid company sends them.

The index is nobody's number: it is what these readings come to. Firms of designated size together use 86.8 % of their base.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from random import Random

from renwang.foundation.access.rules import Actor
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.engine.receiving import received
from renwang.programmes.enterprise.rules.enterprises import EnterpriseIn
from renwang.programmes.enterprise.rules.power import LARGEST_FILE

from .firm_screen import FirmScreen

PRODUCTION = Decimal("0.868")  # with every firm resumed, the method makes 93.40 of it
BASE_DAYS, DAYS = 30, 21


@dataclass
class Firm:
    """One invented firm: what the register is told, its number there, its meters and how far it has come."""

    told: EnterpriseIn
    meters: tuple[str, ...]
    base: int  # kWh a day of each meter
    share: float  # of its base, on the last day
    enterprise_id: int = 0
    cadre: int = 0
    screen: FirmScreen | None = None  # of a firm that does it all by itself; others bring it on paper
    used: dict[tuple[str, date], Decimal] = field(default_factory=dict)


class Metering:
    """What the meters say up to a day."""

    def __init__(self, last: date, random: Random) -> None:
        self.last, self.random = last, random
        self.base = (last - timedelta(days=DAYS + BASE_DAYS - 1), last - timedelta(days=DAYS))

    def play(self, office: Actor, now: datetime, firms: Sequence[Firm]) -> None:
        """Set the method, send the files, and let the index be computed and the curves be judged."""
        actions.set_power(
            actor=office,
            now=now,
            method="zhejiang",
            base_from=self.base[0],
            base_to=self.base[1],
            told_size="designated",
            recovering_from=Decimal(50),
            steady_from=Decimal(80),
            look_from=60,
            notice_on=None,
        )
        base = self._base(firms)
        self._weeks(firms, base)
        for name, first, last in (
            ("基准期日电量.csv", *self.base),
            ("近三周日电量.csv", self.base[1] + timedelta(days=1), self.last),
        ):
            self._send(office, now, name, self._daily(firms, first, last))
        first, last = self.base[1] + timedelta(days=1), self.last
        handlers.compute_index({"first": first.isoformat(), "last": last.isoformat()}, now=now)
        self._send(office, now + timedelta(minutes=5), "负荷曲线96点.csv", self._loads(firms))
        handlers.judge_loads({"day": self.last.isoformat()}, now=now + timedelta(minutes=6))

    def _send(self, office: Actor, now: datetime, name: str, content: bytes) -> None:
        with received((content,), queries.inbox_folder(), most=LARGEST_FILE) as file:
            taken = actions.take_readings(
                actor=office, now=now, filename=name, file=file, unit="kwh", is_unit_sure=True
            )
        handlers.keep_readings({"file_id": taken.file_id}, now=now)

    def _base(self, firms: Sequence[Firm]) -> dict[str, Decimal]:
        """Make the readings of the base period; return the mean of each meter."""
        days = [self.base[0] + timedelta(days=n) for n in range(BASE_DAYS)]
        found = {}
        for firm in firms:
            for meter in firm.meters:
                for day in days:
                    rest = 0.8 if day.weekday() >= 5 else 1.05
                    firm.used[meter, day] = _kwh(firm.base * rest * self.random.uniform(0.93, 1.07))
                found[meter] = sum((firm.used[meter, day] for day in days), Decimal(0)) / len(days)
        return found

    def _weeks(self, firms: Sequence[Firm], base: dict[str, Decimal]) -> None:
        """Make the weeks since: from a fifth of the base up to where each firm is now; the last day comes to 86.8 % together."""
        for place in range(DAYS):
            day = self.last - timedelta(days=DAYS - 1 - place)
            far = (place + 1) / DAYS
            for firm in firms:
                for meter in firm.meters:
                    share = firm.share * (0.22 + 0.78 * far**0.8) * self.random.uniform(0.95, 1.05)
                    firm.used[meter, day] = _kwh(float(base[meter]) * share)
        designated = [(firm, meter) for firm in firms if firm.told.is_designated for meter in firm.meters]
        wanted = sum((base[meter] for _firm, meter in designated), Decimal(0)) * PRODUCTION
        used = sum((firm.used[meter, self.last] for firm, meter in designated), Decimal(0))
        for firm, meter in designated:
            firm.used[meter, self.last] = (firm.used[meter, self.last] * wanted / used).quantize(Decimal("0.01"))
        firm, meter = designated[0]
        used = sum((one.used[each, self.last] for one, each in designated), Decimal(0))
        firm.used[meter, self.last] += (wanted - used).quantize(Decimal("0.01"))

    def _daily(self, firms: Sequence[Firm], first: date, last: date) -> bytes:
        out = StringIO()
        out.write("电表编号,日期,日电量(kWh)\n")
        for number, firm in enumerate(firms):
            for (meter, day), kwh in firm.used.items():
                # A few small firms are not read every day, as it is.
                is_gap = not firm.told.is_designated and (number + day.day) % 17 == 0
                if first <= day <= last and not is_gap:
                    out.write(f"{meter},{day.isoformat()},{kwh}\n")
        out.write(f"379988880001,{last.isoformat()},120.5\n")  # a meter that is in nobody's list
        return out.getvalue().encode("gb18030")

    def _loads(self, firms: Sequence[Firm]) -> bytes:
        """Make load curves of three firms: two work by day, one lets its machines idle day and night since last week."""
        out = StringIO()
        out.write("电表编号,时间,负荷(kW)\n")
        days = [self.base[0] + timedelta(days=n) for n in range((self.last - self.base[0]).days + 1)]
        for place, firm in enumerate((firms[4], firms[9], firms[15])):
            for day in days:
                idles = place == 2 and day > self.last - timedelta(days=12)
                for quarter in range(96):
                    by_day = 0.25 + 1.1 * (32 <= quarter < 72) * (0.4 if day.weekday() >= 5 else 1.0)
                    shape = (
                        0.62 * self.random.uniform(0.995, 1.005) if idles else by_day * self.random.uniform(0.8, 1.2)
                    )
                    kw = firm.base / 24 * shape
                    out.write(
                        f"{firm.meters[0]},{day.isoformat()} {quarter // 4:02d}:{quarter % 4 * 15:02d}:00,{kw:.2f}\n"
                    )
        return out.getvalue().encode()


def _kwh(amount: float) -> Decimal:
    return Decimal(str(round(amount, 2)))

"""Who works for the invented district: the accounts, and which of them a visitor of the demo may use."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

DISTRICT = "370704"
# The village of the model story, its street, and the street next to it.
STORY_VILLAGE, STORY_STREET, NEXT_STREET = "370704006D01", "370704006", "370704004"
# By what the ledger says the register came from: only invented households do.
REGISTER_SOURCE = "坊子区户籍底册（演示）"
# One phrase for every account of the demo: twelve characters and more, not numeric, in no list of common passwords.
PASSWORD = "fangzi-demo-2020"  # noqa: S105  # of invented people


@dataclass(frozen=True)
class Part:
    """One account before it is made."""

    username: str
    role: str
    area: str
    unit: str
    post: str
    is_woman: bool = False
    more_areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Player:
    """One account that was made."""

    user_id: int
    username: str
    name: str
    role: str
    area: str


@dataclass(frozen=True)
class Shown:
    """One line of the table of demo accounts."""

    username: str
    role: tuple[str, str]
    area: tuple[str, str]
    look_at: tuple[str, str]


@dataclass
class Cast:
    """Everybody, found by what they are for."""

    players: dict[str, Player] = field(default_factory=dict)
    of_village: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))  # village, post → username

    by_id: dict[int, Player] = field(default_factory=dict)

    def add(self, player: Player) -> None:
        self.players[player.username] = player
        self.by_id[player.user_id] = player

    def __getitem__(self, username: str) -> Player:
        return self.players[username]

    def in_village(self, village: str, post: str) -> Player | None:
        """Return who has a post in a village: secretary, grid, helper, doctor, charge."""
        username = self.of_village[village].get(post)
        return self.players[username] if username else None

    def of_street(self, code: str) -> Player:
        """Return the officer of the street of any code below it; the district's for what the district has taken over."""
        officers = (player for player in self.players.values() if player.role == "street_officer")
        return next((player for player in officers if code.startswith(player.area)), self.players["district"])


OFFICES = (
    Part("district", "district_command", DISTRICT, "区疫情处置工作领导小组", "值班长"),
    Part("health", "health_officer", DISTRICT, "区卫生健康局", "疾控科科长", is_woman=True),
    Part("relief", "relief_officer", DISTRICT, "区扶贫开发办公室", "副主任"),
    Part("civil", "civil_officer", DISTRICT, "区民政局", "社会救助科科长", is_woman=True),
    Part("provisions", "provisions_officer", DISTRICT, "区商务局", "保供组组长"),
    Part("education", "education_officer", DISTRICT, "区教育和体育局", "学生资助中心主任", is_woman=True),
    Part("auditor", "auditor", DISTRICT, "区审计局", "审计员"),
)
FIRST = Part("accounts", "account_manager", DISTRICT, "区大数据中心", "账号管理员", is_woman=True)

SHOWN = (
    Shown("district", ("区指挥部", "District command"), ("坊子区", "Fangzi district"),
          ("今日总览、未联系到、缺口", "the board, who was not reached, who has no helper")),
    Shown("health", ("卫健局", "Health office"), ("坊子区", "Fangzi district"),
          ("排查任务、发热与风险接触个案", "its rounds, cases of fever and risk contact")),
    Shown("relief", ("扶贫办", "Poverty relief office"), ("坊子区", "Fangzi district"),
          ("同一次联系里本部门的问题与结果", "what came of its questions in the shared contact")),
    Shown("street", ("街道干部", "Subdistrict officer"), ("九龙街道", "Jiulong subdistrict"),
          ("逾期个案、均衡分派、紧急访问", "late cases, the balanced proposal, emergency access")),
    Shown("village", ("村干部", "Village cadre"), ("龙吟村", "Longyin village"),
          ("本村个案、核实、物资", "the village's cases, confirming them, goods")),
    Shown("grid", ("网格员", "Grid worker"), ("龙吟村", "Longyin village"),
          ("今日联系清单（手机）", "the day's calls and visits (phone)")),
    Shown("helper", ("帮扶责任人", "Helper"), ("龙吟村", "Longyin village"),
          ("我的工作：自己联系的贫困户（手机）", "my work: one's own households (phone)")),
    Shown("volunteer", ("志愿者", "Volunteer"), ("龙吟村", "Longyin village"),
          ("照看从武汉返回的货车司机一家，每天两次", "looks after the lorry driver back from Wuhan, twice a day")),
    Shown("industry", ("工信部门", "Industry office"), ("坊子区", "Fangzi district"),
          ("复工备案、企业诉求、复工电力指数", "filings, firms' requests, the power index")),
    Shown("cadre", ("驻厂员", "Stationed cadre"), ("所驻企业", "the firms in their care"),
          ("今日走访和检查（手机）", "the day's visits and checks (phone)")),
    Shown("accounts", ("账号管理员", "Account manager"), ("坊子区", "Fangzi district"),
          ("账号与角色", "accounts and their roles")),
    Shown("auditor", ("审计员", "Auditor"), ("坊子区", "Fangzi district"),
          ("操作日志、查看记录、紧急访问", "the ledger, looks, emergency access")),
)  # fmt: skip
SHOWN_NAMES = frozenset(one.username for one in SHOWN)


def password_of(username: str) -> str:
    """Return the password of an account: of those that are shown the one phrase; the others are played, and theirs can be worked
    out by this installation alone, from its own secret key."""
    return PASSWORD if username in SHOWN_NAMES else salted_hmac("renwang.drill", username).hexdigest()


def village_parts(
    villages: Sequence[tuple[str, str]], streets: Sequence[tuple[str, str]]
) -> list[tuple[str, str, Part]]:
    """Return who works in the villages, as (village, post, account); ``villages``, ``streets``: code and name, in order.

    A helper of the poor, a secretary and a grid worker in each; a cadre in charge and a doctor for all villages of a street.
    Some villages lack one: their screening team is incomplete.
    """
    found: list[tuple[str, str, Part]] = []
    for number, (code, name) in enumerate(villages, start=1):
        own = code == STORY_VILLAGE
        found.append(
            (
                code,
                "secretary",
                Part("village" if own else f"village{number:02d}", "village_cadre", code, name, "党支部书记"),
            )
        )
        if number % 13 != 5:  # three villages have no grid worker of their own: a neighbour's serves them
            found.append(
                (
                    code,
                    "grid",
                    Part("grid" if own else f"grid{number:02d}", "grid_worker", code, name, "网格员", number % 2 == 0),
                )
            )
        if number % 20 != 7:  # two villages' helpers have left: twelve poor households each have nobody
            unit = UNITS[number % len(UNITS)]
            found.append(
                (
                    code,
                    "helper",
                    Part(
                        "helper" if own else f"helper{number:02d}", "helper", code, unit, "帮扶责任人", number % 3 == 0
                    ),
                )
            )
    for number, (street, name) in enumerate(streets, start=1):
        below = tuple(code for code, _name in villages if code.startswith(street))
        charge = Part(f"charge{number}", "village_cadre", below[0], f"{name}办事处", "包村干部", more_areas=below[1:])
        doctor = Part(
            f"doctor{number}", "grid_worker", below[0], f"{name}卫生院", "乡村医生", is_woman=True, more_areas=below[1:]
        )
        for place, code in enumerate(below):
            if (number, place) not in ((3, 4), (7, 1)):
                found.append((code, "charge", charge))
            if (number, place) not in ((2, 3), (5, 4)):
                found.append((code, "doctor", doctor))
    return found


def street_parts(streets: Sequence[tuple[str, str]]) -> list[Part]:
    """Return the officers of the streets."""
    return [
        Part(
            "street" if code == STORY_STREET else f"street{number}",
            "street_officer",
            code,
            f"{name}办事处",
            "分管副主任",
        )
        for number, (code, name) in enumerate(streets, start=1)
    ]


UNITS = ("区教体局", "区农业农村局", "区人社局", "区自然资源分局", "区水利局", "区税务局", "区财政局", "区司法局")
VOLUNTEER = Part("volunteer", "volunteer", STORY_VILLAGE, "龙吟村志愿服务队", "志愿者", is_woman=True)

"""What a column of a form can be filled with: each field's name, its titles in the offices' forms, and how it comes out."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .statuses import Level

LINES = frozenset({Level.HOUSEHOLD, Level.PERSON})
PLACES = frozenset({Level.VILLAGE, Level.STREET})
EVERYWHERE = LINES | PLACES


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column can hold. ``group``: which queries read it; ``is_sealed``: masked unless opened with a reason."""

    code: str
    label: Promise | str
    group: str
    titles: tuple[str, ...] = ()
    levels: frozenset[Level] = LINES
    is_sealed: bool = False


def _field(
    code: str,
    label: Promise | str,
    group: str,
    titles: str = "",
    *,
    sealed: bool = False,
    levels: frozenset[Level] = LINES,
) -> Field:
    return Field(code, label, group, tuple(titles.split()), levels, sealed)


# What a line says of a household or a person.
LINE_FIELDS = (
    _field("township", _("Subdistrict"), "place", "乡镇 街道 镇街 乡 镇 乡镇(街道) 镇(街道) 街道名称 所属街道 subdistrict", levels=EVERYWHERE),
    _field("village", _("Village or community"), "place", "村 行政村 村居 社区 村名 村(社区) 村(居) 所在村 村庄 村(居)名称 village", levels=EVERYWHERE),
    _field("division", _("Division code"), "place", "行政区划代码 区划代码 村代码", levels=EVERYWHERE),
    _field("number", _("Household number"), "household", "户编号 户号 户编码"),
    _field("head_name", _("Head of household"), "household", "户主姓名 户主 贫困户姓名 贫困户 户主名字"),
    _field("address", _("Address"), "household", "地址 家庭住址 家庭地址 详细地址 住址 现住址 门牌号"),
    _field("household_phone", _("Household's phone"), "household", "户联系电话 户主电话 户主联系电话 家庭电话", sealed=True),
    _field("member_count", _("Number of members"), "members", "人口 家庭人口 人口数 家庭人口数 家庭成员数 人数"),
    _field("members", _("Members, by name"), "members", "家庭成员 成员姓名"),
    _field("ledgers", _("Ledgers it stands on"), "ledgers", "户属性 户类型 贫困户属性 监测对象类型 享受政策"),
    _field("reason", _("Reason"), "ledgers", "致贫原因 主要致贫原因 风险原因"),
    _field("name", _("Name"), "person", "姓名 成员 name"),
    _field("id_number", _("ID number"), "person", "身份证号 身份证号码 证件号码 公民身份号码 身份证 居民身份证号", sealed=True),
    _field("sex", _("Sex"), "person", "性别"),
    _field("born_on", _("Born on"), "person", "出生日期 出生年月 出生年月日"),
    _field("age", _("Age"), "person", "年龄 周岁"),
    _field("relation", _("Relation to head"), "person", "与户主关系 关系 家庭关系"),
    _field("phone", _("Phone"), "person", "联系电话 电话 手机 手机号 手机号码 联系方式 本人电话", sealed=True),
    _field("helper_name", _("Answerable person"), "helper", "帮扶责任人 帮扶人 责任人 帮扶干部 包户干部 包保责任人 联系人 帮扶责任人姓名"),
    _field("helper_phone", _("Answerable person's phone"), "helper", "帮扶责任人电话 帮扶人电话 责任人电话 帮扶责任人联系电话 责任人联系方式"),
    _field("helper_unit", _("Answerable person's unit"), "helper", "帮扶单位 责任人单位 工作单位 帮扶责任人单位"),
    _field("told_on", _("Last check-in, day"), "told", "联系日期 联系时间 走访日期 走访时间 排查日期 最近联系时间 最后联系时间"),
    _field("told_mode", _("Last check-in, way"), "told", "联系方式(电话/入户) 联系形式 走访方式 联系途径"),
    _field("told_state", _("Last check-in, in short"), "told", "家庭状况 身体状况 当前状况 基本情况 目前状况 健康状况 异常情况 排查情况"),
    _field("asked_today", _("Contacted on the day"), "contact", "今日 今日联系 是否联系 今日是否联系 是否已联系 联系情况 当日联系情况"),
    _field("temperature", _("Temperature"), "answers", "体温 体温(℃) 今日体温 体温℃", sealed=True),
    _field("symptoms", _("Symptoms"), "answers", "症状 有无症状 发热咳嗽 身体症状 有无发热咳嗽等症状 身体健康", sealed=True),
    _field("travel", _("Where they have been"), "answers", "外出情况 出行去向 外出地点 旅居史 近期旅居史 14天内旅居史 是否外出 来源地", sealed=True),
    _field("met", _("Whom they met"), "answers", "人员接触 接触史 接触情况 密切接触", sealed=True),
    _field("needs", _("What they need"), "answers", "生活需求 需求 困难诉求 存在困难 困难需求 诉求 需要解决的问题 生活困难", sealed=True),
    _field("open_cases", _("Cases in hand"), "cases", "待办事项 正在处理事项 问题 办理事项 未解决问题"),
    _field("open_case_count", _("Number of cases in hand"), "cases", "待办数 未办结数"),
    _field("late_case_count", _("Number of late cases"), "cases", "超时数 超期数"),
    _field("met_cases", _("Cases settled"), "cases", "解决情况 办理结果 已解决问题 落实情况 帮扶措施"),
    _field("received", _("What was received"), "received", "发放物资 领取物资 收到物资 物资发放 已收物资"),
)  # fmt: skip

# What is counted for a village or a subdistrict. Each opens to the rows it counts.
TOTAL_FIELDS = (
    _field("n_households", _("Number of households"), "total", "户数 总户数 贫困户数 户数合计 应排查户数", levels=PLACES),
    _field("n_persons", _("Number of persons"), "total", "人数 总人数 人口 人口数 总人口 贫困人口数 贫困人口", levels=PLACES),
    _field("n_asked", _("Households asked on the day"), "total", "应联系户数 应联系 应访户数 应走访户数 今日应联系", levels=PLACES),
    _field("n_reached", _("Households reached on the day"), "total", "已联系户数 已联系 实联系户数 今日联系户数 联系户数 已走访户数 今日已联系", levels=PLACES),
    _field("n_unreached", _("Households not reached on the day"), "total", "未联系户数 未联系 未联系上 未联系上户数", levels=PLACES),
    _field("n_refused", _("Households that refused on the day"), "total", "拒访户数 拒绝户数", levels=PLACES),
    _field("n_well", _("Households that said all is well on the day"), "total", "平安户数 正常户数 无异常户数", levels=PLACES),
    _field("n_fever", _("Persons with fever told on the day"), "total", "发热人数 发热 体温异常人数", levels=PLACES),
    _field("n_symptoms", _("Persons with symptoms told on the day"), "total", "有症状人数 症状人数", levels=PLACES),
    _field("n_risk_travel", _("Persons back from areas of risk told on the day"), "total", "返乡人数 外地返回人数 疫区返回人数 湖北返回人数 重点地区返回人数", levels=PLACES),
    _field("n_exposure", _("Persons who met somebody ill, told on the day"), "total", "密切接触者 密接人数 接触人数", levels=PLACES),
    _field("n_needs", _("Households that told a need on the day"), "total", "有需求户数 困难户数 需求户数 存在困难户数", levels=PLACES),
    _field("n_cases_opened", _("Cases opened on the day"), "total", "新增问题数 新增需求数 今日新增 新增事项", levels=PLACES),
    _field("n_cases_closed", _("Cases closed on the day"), "total", "今日办结 办结数 已解决 已解决数 解决问题数 办结事项", levels=PLACES),
    _field("n_cases_live", _("Cases in hand"), "total", "在办数 未办结 正在办理 待解决数 在办事项", levels=PLACES),
    _field("n_cases_late", _("Late cases"), "total", "超时数 超期数 逾期数", levels=PLACES),
    _field("n_nobody", _("Households without an answerable person"), "total", "无责任人户数 未落实责任人户数 没有责任人户数", levels=PLACES),
)  # fmt: skip

STANDING: Mapping[str, Field] = {field.code: field for field in (*LINE_FIELDS, *TOTAL_FIELDS)}
# Families of fields that the district's own data make: code:name.
LEDGER, OWN, INDICATOR, PARTICULAR = "ledger:", "own:", "indicator:", "particular:"

"""What the columns of a workbook are called on our pages and in our template."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from renwang.foundation.access.rules import OFFICES

from ..engine.template import Words
from .particulars import STANDARD
from .programmes import LEDGERS_OF_KIND
from .recognising import IGNORED, OTHER

FIELDS = {
    "number": gettext_lazy("Household number"),
    "head_name": gettext_lazy("Head of household"),
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("ID number"),
    "relation": gettext_lazy("Relation to head"),
    "sex": gettext_lazy("Sex"),
    "born_on": gettext_lazy("Born on"),
    "phone": gettext_lazy("Phone"),
    "household_phone": gettext_lazy("Household's phone"),
    "division": gettext_lazy("Division code"),
    "township": gettext_lazy("Subdistrict"),
    "village": gettext_lazy("Village or community"),
    "address": gettext_lazy("Address"),
    "kind": gettext_lazy("Type of household"),
    "reason": gettext_lazy("Reason"),
    "since": gettext_lazy("Since"),
    "lon": gettext_lazy("Longitude"),
    "lat": gettext_lazy("Latitude"),
    "county": gettext_lazy("County or district"),
    "city": gettext_lazy("City"),
    "province": gettext_lazy("Province"),
    "organisation": gettext_lazy("Organisation"),
    "credit_code": gettext_lazy("Unified social credit code"),
    "contact_name": gettext_lazy("Contact person"),
}

# What an undoing keeps, and why.
KEPT = {
    ("subject", "edited"): gettext_lazy("entries that somebody has edited since"),
    ("subject", "used"): gettext_lazy(
        "entries that something has been done with since: a case, a contact, a duty, another ledger"
    ),
    ("membership", "edited"): gettext_lazy("memberships that have ended since"),
    ("enrolment", "edited"): gettext_lazy("standings on a ledger that have ended since"),
}
KEPT_OTHER = gettext_lazy("values that have been changed again since")

RELATION_WORDS: Sequence[str] = (
    "户主", "配偶", "之子", "之女", "之儿媳", "之女婿", "之孙子", "之孙女", "之父", "之母", "之岳父", "之岳母", "之公公", "之婆婆",
    "之祖父", "之祖母", "之兄弟姐妹", "其他",
)  # fmt: skip


def template_words() -> Words:
    """Return the words of the empty workbook in the reader's language; its titles are those of the national form."""
    return Words(
        sheet="登记表",
        help_sheet=_("How to fill in"),
        villages_sheet=_("Villages"),
        title=_("Register of households and persons"),
        columns=(
            (
                "户编号",
                _("The number of the household in your ledger, the same on each of its rows. May be empty."),
                (),
            ),
            ("姓名", _("Needed. One person a row."), ()),
            ("证件号码", _("18 characters. The column is set to Text, so that no digit is lost."), ()),
            ("与户主关系", _("Needed. Exactly one 户主 in each household."), RELATION_WORDS),
            ("性别", _("May be empty where there is an ID number."), ("男", "女")),
            ("出生日期", _("Like 1950-03-08. May be empty where there is an ID number."), ()),
            ("联系电话", _("11 digits, or a landline with its area code."), ()),
            ("乡镇", _("Subdistrict or township."), ()),
            ("行政村", _("Needed. As it is written on the sheet of villages."), ()),
            ("地址", _("House number or lane."), ()),
            (
                "户属性",
                _("Only on the row of the head. Empty: an ordinary resident household."),
                tuple(LEDGERS_OF_KIND)[:24],
            ),
            (
                "致贫原因",
                _("Only on the row of the head. May be empty."),
                (
                    "因病",
                    "因残",
                    "因学",
                    "因灾",
                    "缺土地",
                    "缺水",
                    "缺技术",
                    "缺劳力",
                    "缺资金",
                    "交通条件落后",
                    "自身发展动力不足",
                    "其他",
                ),
            ),
        ),
    )


def field_label(code: str) -> str:
    """Return what a field is called: in the reader's language where it is the register's own, else its title in the ledger."""
    if code == IGNORED:
        return _("Left out")
    if code.startswith(OTHER):
        return code.removeprefix(OTHER)
    if code in STANDARD:
        return STANDARD[code].titles[0]
    return str(FIELDS.get(code, code))


def field_choices() -> list[tuple[str, str]]:
    """Return every field a column may be taken for, as (code, label)."""
    own = [(code, str(label)) for code, label in FIELDS.items()]
    return [(IGNORED, _("Left out")), *own, *((one.code, one.titles[0]) for one in STANDARD.values())]


def office_name(code: str) -> str:
    """Return what an office is called."""
    return str(OFFICES.get(code, code))

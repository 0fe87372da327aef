"""What the columns of a workbook are called on our pages and in our template."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..engine.template import Words
from .programmes import LEDGERS_OF_KIND

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
}

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

"""The three lists in an office's own form: what its columns are called, and how much of it is ours."""

from collections.abc import Mapping

from renwang.foundation.sheets.engine.grids import Title
from renwang.foundation.sheets.engine.header import title_key

# Field → what offices call its column.
TITLES: Mapping[str, tuple[str, ...]] = {
    "enterprise": ("企业名称", "企业", "单位名称", "企业(项目)名称", "公司名称", "enterprise"),
    "area": ("所属镇街", "镇街", "辖区", "所在镇街", "所在区域", "area"),
    "kind": ("问题类型", "诉求类型", "类别", "类型", "问题类别", "诉求类别", "kind"),
    "problem": (
        *("问题清单", "存在问题", "存在的问题", "问题", "困难问题", "存在困难", "诉求内容", "企业诉求", "问题描述"),
        *("问题诉求", "需解决的问题", "需要解决的问题", "需协调解决的问题", "problem"),
    ),
    "office": (
        *(
            "责任清单",
            "责任单位",
            "责任部门",
            "主办部门",
            "主办单位",
            "牵头部门",
            "牵头单位",
            "承办单位",
            "responsibility",
        ),
        *("responsible office", "leading office"),
    ),
    "holder": ("责任人", "经办人", "承办人", "具体责任人", "person responsible"),
    "assists": ("协办部门", "协办单位", "配合部门", "配合单位", "assisting offices"),
    "opened": ("提出时间", "提出日期", "发现时间", "登记时间", "受理时间", "收到时间", "asked on"),
    "due": (
        *(
            "办理时限",
            "完成时限",
            "整改时限",
            "解决时限",
            "时限",
            "截止时间",
            "办结时限",
            "限办日期",
            "until",
            "deadline",
        ),
    ),
    "measures": ("措施清单", "措施", "整改措施", "解决措施", "工作措施", "办理措施", "推进措施", "measures"),
    "status": ("办理情况", "办理状态", "进展", "进展情况", "整改情况", "状态", "是否解决", "status"),
    "answer": ("答复", "答复意见", "答复情况", "办理结果", "反馈情况", "answer"),
}
_BY_TITLE = {title_key(title): field for field, titles in TITLES.items() for title in titles}


def field_of(title: Title) -> str:
    """Return which of our fields a column holds; "" where it is not ours."""
    return _BY_TITLE.get(title_key(title.text), "")

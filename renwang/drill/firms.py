"""Invented firms of the demo: what they are called, what they make, what they plan, what they ask for."""

from decimal import Decimal
from typing import Any

from renwang.programmes.enterprise.rules.checks import Checklist

NAMES = [
    "恒泰",
    "华丰",
    "金鼎",
    "瑞祥",
    "宏远",
    "永兴",
    "德昌",
    "鲁源",
    "东盛",
    "凯达",
    "万和",
    "同创",
    "新锐",
    "海润",
    "佳宏",
    "正大",
    "盛隆",
    "天成",
    "富康",
    "广发",
    "益民",
    "长城",
    "泰山",
    "昌乐",
]
PREFIXES = ("坊子", "九龙", "凤凰", "坊城", "北海")
TRADES: tuple[tuple[str, str, int], ...] = (
    ("C17", "纺织有限公司", 160),
    ("C18", "服装有限公司", 120),
    ("C34", "机械有限公司", 140),
    ("C36", "汽车零部件有限公司", 220),
    ("C33", "金属制品有限公司", 90),
    ("C29", "橡塑有限公司", 110),
    ("C14", "食品有限公司", 130),
    ("C27", "药业有限公司", 180),
    ("C38", "电气有限公司", 150),
    ("C22", "纸业有限公司", 100),
    ("E47", "建设工程有限公司", 200),
)
PLAN = "成立复工防控领导小组，厂长任组长。分区、错峰上岗和就餐；门口逐人测温登记，车间和宿舍每日消毒两次；设隔离室一间，发现发热立即隔离并上报。"
FIT = Checklist(
    gate_disinfection=True,
    gate_temperature=True,
    stock_days=6,
    isolation_room=True,
    canteen=True,
    in_a_room=6,
    area_each=Decimal("3.0"),
    posters=True,
)
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("workers", {"what": "缝纫工，两班倒", "people": 30}),
    ("workers", {"what": "焊工，有证", "people": 12}),
    ("finance", {"what": "二月份工资和原料款", "amount": 200, "months": 12}),
    ("finance", {"what": "流动资金周转", "amount": 80, "months": 6}),
    ("protective_goods", {"what": "一次性口罩", "pieces": 3000, "days_left": 1}),
    ("protective_goods", {"what": "额温枪", "pieces": 6, "days_left": 4}),
    ("raw_material", {"what": "棉纱 12 吨滞留在途", "from_where": "河北邢台"}),
    ("transport", {"what": "铸件一车，需通行证", "from_where": "坊子", "to_where": "苏州"}),
    ("transport", {"what": "接外地员工返岗", "from_where": "菏泽", "to_where": "坊子"}),
    ("policy", {"what": "社保费能否缓缴？"}),
    ("other", {"what": "厂区门口道路封闭，货车绕行"}),
)

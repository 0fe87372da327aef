"""The ledgers every district has. They are data: `define_programmes` adds more, or renames these."""

from .households import ProgrammeIn

STANDARD_PROGRAMMES = (
    ProgrammeIn("resident", "常住户", "Resident household", "command"),
    ProgrammeIn("poor_household", "建档立卡贫困户", "Registered poor household", "relief"),
    ProgrammeIn("poverty_risk", "防返贫监测户", "Household at risk of poverty", "relief"),
    ProgrammeIn("minimum_living", "低保户", "Minimum living allowance", "civil"),
    ProgrammeIn("extreme_poverty", "特困供养户", "Extreme poverty support", "civil"),
    ProgrammeIn("lives_alone", "独居老人", "Older person living alone", "civil"),
    ProgrammeIn("left_behind_child", "留守儿童", "Left-behind child", "civil"),
    ProgrammeIn("disabled", "残疾人家庭", "Household with a disabled member", "civil", is_sensitive=True),
    ProgrammeIn("chronic_illness", "慢性病患者家庭", "Household with a chronic illness", "health", is_sensitive=True),
    ProgrammeIn("observation", "居家医学观察", "Medical observation at home", "health", is_sensitive=True),
    ProgrammeIn("poor_student", "贫困学生家庭", "Household of a poor student", "education"),
)

# 户属性 / 户类型 as the national form and its exports write it: on which ledgers such a household stands.
LEDGERS_OF_KIND: dict[str, tuple[str, ...]] = {
    "一般贫困户": ("poor_household",),
    "一般农户": ("resident",),
    "贫困户": ("poor_household",),
    "建档立卡贫困户": ("poor_household",),
    "建档立卡户": ("poor_household",),
    "低保贫困户": ("poor_household", "minimum_living"),
    "低保户": ("minimum_living",),
    "最低生活保障户": ("minimum_living",),
    "五保户": ("extreme_poverty",),
    "五保贫困户": ("poor_household", "extreme_poverty"),
    "特困户": ("extreme_poverty",),
    "特困供养户": ("extreme_poverty",),
    "特困供养贫困户": ("poor_household", "extreme_poverty"),
    "脱贫户": ("poor_household",),
    "脱贫享受政策户": ("poor_household",),
    "新识别": ("poor_household",),
    "返贫": ("poor_household",),
    "返贫户": ("poor_household",),
    "脱贫不稳定户": ("poverty_risk",),
    "边缘户": ("poverty_risk",),
    "边缘易致贫户": ("poverty_risk",),
    "突发严重困难户": ("poverty_risk",),
    "监测户": ("poverty_risk",),
    "常住户": ("resident",),
    "居民户": ("resident",),
    "独居老人": ("lives_alone",),
    "残疾人家庭": ("disabled",),
    "残疾人户": ("disabled",),
}

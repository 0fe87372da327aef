"""Names and places to invent people from. Surnames by their share of the population; nobody in particular."""

# Share of the 20 commonest surnames, per thousand (Ministry of Public Security, name report of 2020); the rest share what is left.
SURNAMES: tuple[tuple[str, int], ...] = (
    ("王", 72),
    ("李", 70),
    ("张", 67),
    ("刘", 53),
    ("陈", 48),
    ("杨", 32),
    ("赵", 25),
    ("黄", 25),
    ("周", 19),
    ("吴", 19),
    ("徐", 17),
    ("孙", 16),
    ("胡", 13),
    ("朱", 13),
    ("高", 12),
    ("林", 12),
    ("何", 11),
    ("郭", 11),
    ("马", 11),
    ("罗", 9),
    ("于", 8),
    ("曾", 6),
    ("解", 3),
    ("单", 3),
    ("付", 5),
    ("逄", 2),
    ("欧阳", 2),
)
OLD_MALE = "德顺福贵春林守义长生国栋建军玉田家善志远树森延年宝忠"
OLD_FEMALE = "秀英桂兰玉珍淑芬凤霞桂芝翠花素梅爱莲月娥兰香春花金凤"
YOUNG_MALE = "浩宇子轩俊杰志强伟明建华海涛文博家豪振东一鸣晓峰立群"
YOUNG_FEMALE = "雨桐欣怡丽娜晓燕婷婷静怡佳慧思琪雪梅春燕文静海燕梦瑶"
TOWNS = ("青岛市", "济南市", "烟台市", "武汉市", "孝感市", "上海市", "潍坊市奎文区", "寿光市")
RISK_TOWNS = frozenset({"武汉市", "孝感市"})
MEDICINES = ("降压药", "胰岛素", "心脏病药", "哮喘吸入剂")
FOODS = ("大米", "面粉", "蔬菜", "食用油", "婴儿奶粉")
REPAIRS = ("水管冻裂", "屋顶漏雨", "炉子坏了", "电线老化")
OTHERS = ("孩子没有平板上网课", "大门锁坏了", "养的鸡没有饲料了", "需要代缴电费")
WORKERS_UNITS = ("区教体局", "区卫健局", "区农业农村局", "区人社局", "街道办事处", "区医院", "区自然资源局")

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
FOODS = ("大米", "面粉", "蔬菜", "食用油", "鸡蛋", "盐和酱油")
HEATING = ("煤快烧完了", "电暖气坏了", "炉子不热", "煤气用完了")
REPAIRS = ("水管冻裂", "屋顶漏雨", "炉子裂了", "电线老化跳闸", "院墙塌了一角")
OTHERS = (
    "孩子没有平板上网课",
    "大门锁坏了",
    "养的鸡没有饲料了",
    "需要代缴电费",
    "老人手机不会用，领不了低保",
    "春耕要买化肥，出不了村",
)
CARE = ("一日三餐", "做饭和起床", "吃药和翻身", "夜里陪护")
MET = ("从武汉回来的亲戚", "同车的发热乘客", "邻村的确诊病人", "一起拉货的司机")
GIVERS = ("坊子供销超市", "九龙惠民超市", "黄旗堡蔬菜合作社", "区商务局储备", "爱心商户联盟")
# How people name on a phone what the forms have codes for.
SYMPTOM_WORDS = {"cough": "咳嗽", "sore_throat": "嗓子疼", "tired": "没劲", "diarrhoea": "拉肚子"}

"""Industries by GB/T 4754-2017: twenty sections (letters) and their divisions (two digits)."""

# letter: (Chinese, English, first and last division)
SECTIONS: dict[str, tuple[str, str, int, int]] = {
    "A": ("农、林、牧、渔业", "Agriculture, forestry, animal husbandry and fishery", 1, 5),
    "B": ("采矿业", "Mining", 6, 12),
    "C": ("制造业", "Manufacturing", 13, 43),
    "D": ("电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water", 44, 46),
    "E": ("建筑业", "Construction", 47, 50),
    "F": ("批发和零售业", "Wholesale and retail trade", 51, 52),
    "G": ("交通运输、仓储和邮政业", "Transport, storage and post", 53, 60),
    "H": ("住宿和餐饮业", "Hotels and catering", 61, 62),
    "I": ("信息传输、软件和信息技术服务业", "Information and software", 63, 65),
    "J": ("金融业", "Finance", 66, 69),
    "K": ("房地产业", "Real estate", 70, 70),
    "L": ("租赁和商务服务业", "Leasing and business services", 71, 72),
    "M": ("科学研究和技术服务业", "Research and technical services", 73, 75),
    "N": ("水利、环境和公共设施管理业", "Water, environment and public facilities", 76, 79),
    "O": ("居民服务、修理和其他服务业", "Resident services, repair and others", 80, 82),
    "P": ("教育", "Education", 83, 83),
    "Q": ("卫生和社会工作", "Health and social work", 84, 85),
    "R": ("文化、体育和娱乐业", "Culture, sports and entertainment", 86, 90),
    "S": ("公共管理、社会保障和社会组织", "Public administration", 91, 96),
    "T": ("国际组织", "International organisations", 97, 97),
}
# The divisions of manufacturing, mining and supply, where designated size and meters are; others go by their section.
DIVISIONS: dict[str, tuple[str, str]] = {
    "06": ("煤炭开采和洗选业", "Coal mining"),
    "08": ("黑色金属矿采选业", "Ferrous ore mining"),
    "10": ("非金属矿采选业", "Non-metal mining"),
    "13": ("农副食品加工业", "Processing of farm products"),
    "14": ("食品制造业", "Food"),
    "15": ("酒、饮料和精制茶制造业", "Drinks and tea"),
    "16": ("烟草制品业", "Tobacco"),
    "17": ("纺织业", "Textiles"),
    "18": ("纺织服装、服饰业", "Clothing"),
    "19": ("皮革、毛皮、羽毛及其制品和制鞋业", "Leather and shoes"),
    "20": ("木材加工和木、竹、藤、棕、草制品业", "Wood products"),
    "21": ("家具制造业", "Furniture"),
    "22": ("造纸和纸制品业", "Paper"),
    "23": ("印刷和记录媒介复制业", "Printing"),
    "24": ("文教、工美、体育和娱乐用品制造业", "Stationery, sports and toys"),
    "25": ("石油、煤炭及其他燃料加工业", "Fuel processing"),
    "26": ("化学原料和化学制品制造业", "Chemicals"),
    "27": ("医药制造业", "Pharmaceuticals"),
    "28": ("化学纤维制造业", "Chemical fibres"),
    "29": ("橡胶和塑料制品业", "Rubber and plastics"),
    "30": ("非金属矿物制品业", "Non-metallic mineral products"),
    "31": ("黑色金属冶炼和压延加工业", "Iron and steel"),
    "32": ("有色金属冶炼和压延加工业", "Non-ferrous metals"),
    "33": ("金属制品业", "Metal products"),
    "34": ("通用设备制造业", "General machinery"),
    "35": ("专用设备制造业", "Special machinery"),
    "36": ("汽车制造业", "Motor vehicles"),
    "37": ("铁路、船舶、航空航天和其他运输设备制造业", "Other transport equipment"),
    "38": ("电气机械和器材制造业", "Electrical machinery"),
    "39": ("计算机、通信和其他电子设备制造业", "Computers and electronics"),
    "40": ("仪器仪表制造业", "Instruments"),
    "41": ("其他制造业", "Other manufacturing"),
    "42": ("废弃资源综合利用业", "Recycling"),
    "43": ("金属制品、机械和设备修理业", "Repair of machinery"),
    "44": ("电力、热力生产和供应业", "Electricity and heat"),
    "45": ("燃气生产和供应业", "Gas"),
    "46": ("水的生产和供应业", "Water"),
    "47": ("房屋建筑业", "Building construction"),
    "48": ("土木工程建筑业", "Civil engineering"),
    "49": ("建筑安装业", "Installation"),
    "50": ("建筑装饰、装修和其他建筑业", "Decoration and other construction"),
    "51": ("批发业", "Wholesale"),
    "52": ("零售业", "Retail"),
    "54": ("道路运输业", "Road transport"),
    "59": ("装卸搬运和仓储业", "Loading and storage"),
    "60": ("邮政业", "Post and couriers"),
    "61": ("住宿业", "Hotels"),
    "62": ("餐饮业", "Catering"),
}


class NoSuchIndustry(ValueError):
    """Not a code of GB/T 4754."""


def read_industry(text: str) -> str:
    """Return an industry as it is kept: the section's letter and up to four digits ("C1751"); raises NoSuchIndustry.

    Takes "C17", "c 1751", "1751" (the letter follows from the division) and "C" alone.
    """
    plain = "".join(text.upper().split())
    letter, digits = (plain[:1], plain[1:]) if plain[:1].isalpha() else ("", plain)
    if digits and not (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 4):
        raise NoSuchIndustry(text)
    if not digits:
        if letter not in SECTIONS:
            raise NoSuchIndustry(text)
        return letter
    division = int(digits[:2])
    right = next((key for key, (_zh, _en, first, last) in SECTIONS.items() if first <= division <= last), "")
    if not right or (letter and letter != right):
        raise NoSuchIndustry(text)
    return right + digits


def division_of(industry: str) -> str:
    """Return letter and division ("C17"), the letter alone where no more is known: what figures are grouped by."""
    return industry[:3]


def called(industry: str, *, english: bool) -> str:
    """Return what an industry is called: its division where we know its name, else its section."""
    at = 1 if english else 0
    named = DIVISIONS.get(industry[1:3])
    if named:
        return named[at]
    section = SECTIONS.get(industry[:1])
    if section is None:
        return industry
    return section[1] if english else section[0]

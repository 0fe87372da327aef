"""Bring a reply into one spelling: full-width digits, traditional characters, emoji, Chinese numerals of a temperature."""

import re
import unicodedata

# The characters of this vocabulary that Taiwan, Hong Kong and old phones write otherwise. A whole converter would be a
# dependency of megabytes for these; names and places are compared in the same spelling on both sides.
_TRADITIONAL = (
    "發髮熱燒體溫沒無藥麵糧鹽雞氣電話訂別錯誰們個點兩爺媽孫兒來從漢過歸還夠壓診觸確問題歲請給謝難頭嚨悶瀉煙灣區縣鄉鎮開車飛機鐵動處"
    "說會嗎這裡裏邊時間長門東買錢爐凍壞樓頂顧護幾週號聯繫係應該對認識騙煩滾擾復覆訊為爲麼樣隻衹餘斷塊鄰產婦嬰紙褲與結實總華廣蘇滬陽"
    "陰濰剛纔強經輕遠萬億風傷緊濕單戶劉張陳楊趙黃吳孫馬鄭羅韓馮蕭鄧許呂盧蔣譚鄒陸顏莊嚴龍葉閻歐喬賈鍾鐘齊進勞辦務員衛爛變曬擔罵嘔"
    "異遲吿啟據質麥飯餓湯棗豬魚鴨腦腎臟腳臉腫脹癢"
)
_SIMPLIFIED = (
    "发发热烧体温没无药面粮盐鸡气电话订别错谁们个点两爷妈孙儿来从汉过归还够压诊触确问题岁请给谢难头咙闷泻烟湾区县乡镇开车飞机铁动处"
    "说会吗这里里边时间长门东买钱炉冻坏楼顶顾护几周号联系系应该对认识骗烦滚扰复复讯为为么样只只余断块邻产妇婴纸裤与结实总华广苏沪阳"
    "阴潍刚才强经轻远万亿风伤紧湿单户刘张陈杨赵黄吴孙马郑罗韩冯萧邓许吕卢蒋谭邹陆颜庄严龙叶阎欧乔贾钟钟齐进劳办务员卫烂变晒担骂呕"
    "异迟告启据质麦饭饿汤枣猪鱼鸭脑肾脏脚脸肿胀痒"
)
SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
NUMERAL = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
# Symbols and pictures say nothing that may be counted on; what makes a digit a picture goes, and the digit stays.
_JOINERS = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\u20e3]")
_DEGREES_IN_WORDS = re.compile(r"(三十[四五六七八九]|四十[一二三]?)[度点]([零一二三四五六七八九半])?度?")


def number_of(text: str) -> int | None:
    """Return the number of digits or Chinese numerals up to 99, or None."""
    if text.isdecimal():
        return int(text)
    tens, is_tens, ones = text.partition("十")
    if is_tens:
        high = _DIGITS.get(tens, 1 if not tens else None)
        low = _DIGITS.get(ones, 0 if not ones else None)
        return None if high is None or low is None else high * 10 + low
    return _DIGITS.get(text)


def normal(text: str) -> str:
    """Return a reply in one spelling: half width, simplified, lower case, without pictures; its order and punctuation stay."""
    plain = unicodedata.normalize("NFKC", _JOINERS.sub("", text)).translate(SIMPLE).lower()
    plain = "".join(
        " " if unicodedata.category(sign) in ("So", "Sk", "Cf", "Co", "Cs", "Cn") and sign != "℃" else sign
        for sign in plain
    )
    plain = plain.replace("°c", "度").replace("℃", "度").replace("摄氏度", "度")
    plain = _DEGREES_IN_WORDS.sub(_in_digits, plain)
    # 38.5, 38。5, 38,5, 38点5, 38度5: one decimal of a temperature, as people type it.
    plain = re.sub(
        r"(?<!\d)(3[4-9]|4[0-3])\s*[.。．·、,，点度:]\s*(\d)(?![\d天个人口号月日岁斤点.])度?", r"\1.\2度", plain
    )
    plain = re.sub(r"(?<!\d)(3[4-9]|4[0-3])度半", r"\1.5度", plain)
    return re.sub(r"[ \t\u3000]+", " ", plain).strip()


def _in_digits(found: re.Match[str]) -> str:
    tenth = {"半": 5, **_DIGITS}.get(found[2] or "")
    return f"{number_of(found[1])}度" if tenth is None else f"{number_of(found[1])}.{tenth}度"


def bare(text: str) -> str:
    """Return a name or a word in the spelling replies are compared in."""
    return unicodedata.normalize("NFKC", text).translate(SIMPLE).lower().strip()


def surname_of(name: str) -> str:
    """Return the surname a household is called by: two characters where it is a double one."""
    return name[:2] if name[:2] in DOUBLE_SURNAMES and len(name) > 2 else name[:1]


DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "尉迟",
        "皇甫",
        "令狐",
        "慕容",
        "东方",
        "独孤",
        "夏侯",
        "公孙",
        "长孙",
        "宇文",
        "司徒",
        "轩辕",
        "南宫",
        "西门",
        "端木",
        "澹台",
    ]
)

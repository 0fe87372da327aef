"""The columns of a register workbook, as the national form, its exports and offices call them."""

from .choices import Relation, Sex

TITLES: dict[str, frozenset[str]] = {
    "number": frozenset({"户编号", "户号", "户编码", "户编号(国办系统)", "household number"}),
    "head_name": frozenset({"户主姓名", "户主", "贫困户姓名", "户主名", "head of household"}),
    "name": frozenset({"姓名", "家庭成员姓名", "成员姓名", "成员", "家庭成员", "人员姓名", "员工姓名", "职工姓名", "居民姓名", "name"}),
    "id_number": frozenset(
        {"证件号码", "身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份号码或残疾证号", "证件号", "居民身份证号", "居民身份证号码", "身份证件号码", "身份证号或残疾证号", "id number"}
    ),
    "relation": frozenset({"与户主关系", "与户主的关系", "关系", "家庭关系", "relation to head"}),
    "sex": frozenset({"性别", "sex"}),
    "born_on": frozenset({"出生日期", "出生年月日", "出生年月", "生日", "born on"}),
    "phone": frozenset({"联系电话", "人联系电话", "本人电话", "本人联系电话", "手机号", "手机号码", "手机", "电话", "联系方式", "联系方式手机", "联系电话1", "手机1", "移动电话", "phone"}),
    "household_phone": frozenset({"户联系电话", "户主电话", "户主联系电话", "家庭电话", "household phone"}),
    "division": frozenset({"行政区划代码", "区划代码", "村代码", "村编码", "行政村代码", "division code"}),
    "county": frozenset({"县", "区", "县区", "县(市、区)", "县(区)", "市县", "区县", "county"}),
    "province": frozenset({"省", "省份", "province"}),
    "city": frozenset({"市", "地市", "地级市", "city"}),
    "township": frozenset({"乡", "镇", "乡镇", "乡(镇)", "街道", "乡镇(街道)", "镇街", "镇(街道)", "subdistrict"}),
    "village": frozenset({"村", "行政村", "村居", "社区", "村(社区)", "村(居)", "所在村", "village"}),
    "address": frozenset({"地址", "家庭住址", "家庭地址", "详细地址", "住址", "现住址", "门牌号", "address"}),
    "kind": frozenset({"户属性", "户类型", "贫困户属性", "监测对象类型", "household type"}),
    "reason": frozenset({"致贫原因", "主要致贫原因", "致贫原因1", "致贫主要原因", "风险原因", "reason"}),
    "since": frozenset({"首次识别时间", "识别时间", "识别年度", "风险识别时间", "since"}),
    "lon": frozenset({"经度", "longitude"}),
    "lat": frozenset({"纬度", "latitude"}),
}  # fmt: skip

# Of enterprises, schools, suppliers; what they share with people (phone, village, address) stands above.
ORGANISATION_TITLES: dict[str, frozenset[str]] = {
    "credit_code": frozenset(
        {"统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码", "营业执照号", "credit code"}
    ),
    "organisation": frozenset(
        {"企业名称", "单位名称", "公司名称", "商户名称", "学校名称", "机构名称", "合作社名称", "企业", "organisation"}
    ),
    "contact_name": frozenset({"联系人", "企业联系人", "联系人姓名", "法定代表人", "法人", "法人代表", "contact"}),
}

RELATIONS: dict[str, Relation] = {
    word: relation
    for relation, words in {
        Relation.HEAD: "户主 本人 本人或户主 户主本人 head",
        Relation.SPOUSE: "配偶 妻 妻子 夫 丈夫 爱人 之妻 之夫 spouse",
        Relation.SON: "子 儿子 长子 次子 三子 独生子 之子 养子 继子 son",
        Relation.DAUGHTER: "女 女儿 长女 次女 三女 独生女 之女 养女 继女 daughter",
        Relation.CHILD_IN_LAW: "儿媳 媳妇 女婿 之儿媳 之女婿 儿媳妇",
        Relation.GRANDCHILD: "孙子 孙女 外孙 外孙子 外孙女 之孙子 之孙女 之外孙子 之外孙女 孙 曾孙 曾孙子 曾孙女 之曾孙子 之曾孙女 grandchild",
        Relation.PARENT: "父亲 母亲 父 母 之父 之母 父母 parent",
        Relation.PARENT_IN_LAW: "岳父 岳母 公公 婆婆 公婆 之岳父 之岳母 之公公 之婆婆",
        Relation.GRANDPARENT: "祖父 祖母 爷爷 奶奶 外祖父 外祖母 姥爷 姥姥 之祖父 之祖母 之外祖父 之外祖母",
        Relation.SIBLING: "兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 之兄弟姐妹 之兄 之弟 之姐 之妹 兄弟姐妹",
        Relation.OTHER: "其他 其它 其他关系 非亲属 侄子 侄女 之侄儿 之侄女 之其他 叔伯 之叔伯 other",
    }.items()
    for word in words.split()
}
SEXES: dict[str, Sex] = {
    "男": Sex.MALE, "男性": Sex.MALE, "1": Sex.MALE, "male": Sex.MALE, "m": Sex.MALE,
    "女": Sex.FEMALE, "女性": Sex.FEMALE, "2": Sex.FEMALE, "female": Sex.FEMALE, "f": Sex.FEMALE,
    "": Sex.UNKNOWN, "未知": Sex.UNKNOWN, "0": Sex.UNKNOWN,
}  # fmt: skip

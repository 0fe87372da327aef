"""The words people use for what they have and what they lack. Each pattern is read in the spelling of ``reading.normal``."""

import re

from .reading import NUMERAL

NEG = "(?:并没有|并没|没有人|没人|没有|没得|没|无人|无|未曾|未|不曾|不是|不|别无|都没|都不|no|not|without|none)"
FEVER = "(?:发高烧|发低烧|发烧|发热|有点烧|有些烧|高烧|低烧|高热|低热|烧得厉害|烧起来|烧到|身上烫|身上热|额头烫|fever(?:ish)?|feverish)"
SYMPTOMS: dict[str, str] = {
    "breathless": "喘不上气|喘不过气|上不来气|呼吸困难|气短|胸闷|憋气|憋得慌|气喘|哮喘|喘得厉害|short of breath",
    "chest_pain": "胸痛|胸疼|胸口疼|胸口痛|chest pain",
    "sore_throat": "(?:嗓子|喉咙|咽喉|咽)(?:有点|有些|很)?(?:疼|痛|干疼|不舒服|发炎|肿)|sore throat",
    "cough": "干咳|咳嗽|咳血|咳得|咳痰|咳|cough(?:ing|s)?",
    "tired": "浑身无力|全身无力|四肢无力|没有力气|没力气|没有劲|没劲|没精神|乏力|无力|疲惫|tired",
    "diarrhoea": "拉肚子|腹泻|拉稀|diarrh?o?ea",
    "other": "不舒服|不太舒服|不得劲|难受|不适|头疼|头痛|头晕|肚子疼|肚子痛|感冒|流鼻涕|鼻塞|恶心|呕吐|吐了|摔了|摔伤|"
    "受伤|病倒|生病|病了|病重|住院|昏迷|晕倒|没胃口|吃不下|身上疼|浑身疼|骨折|流血|心脏病犯|ill|sick|unwell",
}
SYMPTOM_BEFORE_NEG = re.compile("没有力气|没力气|没有劲|没劲|没精神|没胃口|无力")
ALL_SYMPTOMS = "(?:" + "|".join([FEVER, *SYMPTOMS.values(), "症状", "异常", "symptoms?", "毛病", "异样", "状况"]) + ")"
_AND = "(?:[、和及或与跟/ ]|以及|或者|也没有|也没|也不|也无|又不|or|and|,? ?no )*"
# "no fever, cough or…": the negation holds for all that is counted up after it.
DENIES_HEALTH = re.compile(
    f"{NEG}(?:再|有|人|任何|出现|什么|啥|谁|一个|怎么|感觉|any)*(?:的)? ?(?:{ALL_SYMPTOMS}{_AND})+(?:过|的|人|情况|症状|现象)*"
    "|体温(?:都|全|也|均)*(?:是)?正常|(?:身体|身子)(?:都|也|还)*(?:很|挺)?(?:好|正常|健康|没事|没问题|没啥)|都健康|(?:没|无)(?:有)?(?:人)?生病|没人病"
)
DENIED_AFTER = re.compile(f"{ALL_SYMPTOMS}(?:都|也|啥的|什么的)*(?:没有|没|无)(?![力劲精胃])(?:过|的)*")
RECOVERED = re.compile("退烧(?!药)|烧退|不烧了|好转|痊愈|病好了|不发烧了|不咳了|not .{0,6}any ?more")

OTHER_SIDE = "(?:武汉|湖北|疫区|外地)(?:回来|过来|来|返回)(?:的)?(?:人|亲戚|老乡|朋友)|确诊|疑似|病人|患者|阳性|感染|密接|密切接触|得病|发烧的|发热的|有病的|infected|patient|confirmed|positive"
MET = "接触|碰到|碰过|遇到|见过|见了|一起|一块|同车|同桌|同一|聚|吃过饭|吃饭|陪护|照顾过|met|contact"
DENIES_CONTACT = re.compile(
    f"{NEG}(?:有|人|跟|和|与|同|去|见|任何|过)*(?:跟|和|与|同)?(?:{OTHER_SIDE})?(?:的)?(?:人)?(?:有)?(?:过)?(?:密切)?(?:接触|碰到|碰过|遇到|见过)(?:过|到)?(?:任何)?(?:{OTHER_SIDE}|病)*(?:的)?(?:人|病例|史|情况)*"
    "|(?:no|not?) (?:close )?contacts?(?: with (?:anyone|anybody))?(?: ill| sick)?"
)
CONTACT = re.compile(
    f"(?:{MET}).{{0,20}}?(?:{OTHER_SIDE})(?:的)?(?:人|病例)?|(?:{OTHER_SIDE}).{{0,12}}?(?:{MET})|(?:是|成了|被定为|判为)?(?:密接|密切接触者)"
)

DENIES_TRAVEL = re.compile(
    f"{NEG}(?:人|有人|有)?(?:从外地|从外面|从湖北|从武汉)?(?:外出|出门|出过门|出去|出去过|出过村|出村|出远门|去过?外地|去过?哪|去过?哪里|去过?湖北|去过?武汉|去过?别处|"
    "到过外地|到过湖北|到过武汉|从外地回来|外地回来|回来|外来人员|离开过?(?:村|家|坊子|本地)?|travel(?:led|ed)?|been away|away)(?:过|的)?(?:人|人员|史)?"
    "|哪(?:里|儿)?(?:也|都)没(?:有)?去(?:过)?|一直在家|都在家|全在家|待在家|呆在家|在家待着|在家呆着|at home"
)
PLACE = r"(?P<place>[一-鿿]{2,12}?)"
RETURN = "(?:回来|回到|回了|回家|返回|返乡|返村|归来|返|过来|回)"
TRAVEL = (
    re.compile(
        f"(?:刚从|才从|从|由|自){PLACE}(?:那边|那里)?(?:坐|乘|开|打工|上班|上学|出差|旅游|探亲|刚刚|刚|才|昨|前|今)*(?:火车|高铁|动车|大巴|客车|汽车|飞机|货车|车)?{RETURN}"
    ),
    re.compile(
        "(?:去过|到过|去了|到了|刚去|去)(?P<place>[一-鿿]{2,8}?)(?:回来|返回|出差|打工|旅游|探亲|看病|送货|拉货)"
        "|(?:去过|到过|去了|到了)(?P<place2>[一-鿿]{2,6}?)(?:了|过|$|[^一-鿿])"
    ),
    re.compile(f"(?P<place>[一-鿿]{{2,8}}?)(?:打工|上学|上班|出差|旅游)?(?:刚|才)?{RETURN}"),
    re.compile(
        r"(?:back|returned|came|come)(?: back| home)? from (?P<place>[a-z]+)|(?:went|been) to (?P<place2>[a-z]+)"
    ),
)
VEHICLES = {
    "train": "火车|高铁|动车|train",
    "plane": "飞机|航班|plane",
    "bus": "大巴|客车|公交|班车|bus",
    "truck": "货车|卡车|大车|lorry|truck",
    "car": "自驾|开车|私家车|轿车|自家车|打车|出租|car",
}

_FOOD = "大米|小米|面粉|面条|米面|粮食|口粮|蔬菜|青菜|菜|鸡蛋|食用油|油|盐|肉|吃的|吃喝|食物|食品|干粮|婴儿奶粉|奶粉|牛奶|尿不湿|纸尿裤|尿布|卫生纸|生活用品|日用品|生活物资|物资|(?<![厘毫平])米|(?<![外里上下前后对方表路当见全])面(?![前积临对])|粮|饭|水果|food|rice|flour|vegetables?|milk|diapers?|nappies|groceries"
_MEDICINE = "(?:降压|降糖|高血压|血压|心脏病?|糖尿病|感冒|退烧|消炎|止痛|精神|透析|慢性病|老年|哮喘|救心|关节炎?|中)?(?:药品|药物|药片|药)|胰岛素|阿司匹林|二甲双胍|氧气瓶|medicines?|insulin|pills?|medication"
_HEATING = "煤球|煤炭|煤|炭|柴火|柴|取暖|暖气|供暖|燃气|液化气|煤气|coal|heating"
_OTHER = "口罩|酒精|消毒液|消毒水|体温计|体温表|温度计|手套|饲料|种子|化肥|老年卡|钱|masks?|thermometer"
GOODS: dict[str, str] = {"medicine": _MEDICINE, "food": _FOOD, "heating": _HEATING, "other": _OTHER}
ANY_GOODS = "(?:" + "|".join(GOODS.values()) + ")"
CHRONIC = re.compile("降压|降糖|血压|心脏|糖尿|胰岛素|慢性|精神|透析|哮喘|二甲双胍|insulin")
INFANT = re.compile("奶粉|尿不湿|纸尿裤|尿布|diaper|napp|milk")
_LOTS = "(?:[一二两三四五六七八九十几半\\d]{0,3}(?:点|些|袋|斤|盒|瓶|桶|公斤|包|片|箱|罐|吨|车|个|块)?(?:儿)?)"
_SOFT = "(?:都|也|快|就|已经|已|马上|基本|全|又|现在|眼看|差不多|实在|还|家里)*"
_GONE = (
    "(?:没有了|没有啦|没了|没啦|没有多少|没多少|没剩|没有$|没$|用完|吃完|喝完|烧完|吃光|用光|完了|见底|断了|断药|断粮|断货|不够|不多|不足|快没|快完|"
    "紧缺|缺|告急|剩不多|买不到|买不着|买不上|难买|没处买|没地方买|没货|停了|坏了|run(?:ning)? out|gone|finished)"
)
_WANT = "(?:没有|没得|没|缺少|缺乏|缺|需要|需|急需|想要|要|想买|想领|买不到|买不着|买不上|断了|断|快没有|快没|快吃完|快用完|吃不上|喝不上|申请|帮忙买|帮买|代买|帮我买|送点|送些|送|买|need|no|out of|run out of|short of|want)"
LACKS = (
    re.compile(
        f"{_WANT}(?:了)? ?(?:些|点|了|过冬的|冬天的|治疗的|some|any|more)*{_LOTS} ?(?P<what>(?P<goods>{ANY_GOODS}(?:{_AND}{ANY_GOODS})*))"
    ),
    re.compile(f"(?P<what>(?P<goods>{ANY_GOODS}(?:{_AND}{ANY_GOODS})*)){_SOFT}(?:的)? ?(?:is |are )?{_GONE}"),
)
LASTS = re.compile(
    f"(?P<what>(?P<goods>{ANY_GOODS}(?:{_AND}{ANY_GOODS})*)?){_SOFT}(?P<only>只|仅|最多|就|也就|勉强)?(?:能|可以)?(?:够|剩|剩下|撑|坚持|有|吃|还有|还能|还够|还剩|用|enough for|for)+(?:吃|用|喝|烧|了)?(?P<only2>最多|不到|only)? ?"
    f"(?P<days>{NUMERAL}|半)(?:来|多)?(?:个)?(?P<unit>天|日|周|星期|礼拜|月|顿|days?|weeks?)(?:的量|的|了|左右|量)*"
)
ENOUGH = "(?:够|足够|充足|有的是|没问题|不缺|不愁|充裕|都有|管够|有$|还有|都够|齐全|enough|fine|ok)"
DENIES_NEEDS = re.compile(
    f"(?:{NEG}|都)(?:缺|缺少|短缺|需要|用|要|差|愁|need)(?:任何|什么|啥|别的|其他|帮助|帮忙|买|送|有|东西|物资|吃的|喝的|吃喝|的|anything|help|{ANY_GOODS}|{_AND})*(?:了)?(?:帮助|帮忙|东西|物资|需求)?"
    f"|(?:什么|啥|样样|吃的|用的|东西|物资|吃喝|生活用品)(?:都|也)*(?:不缺|不需要|不用|够|有|充足|齐全|没缺)(?:了)?"
    f"|{ANY_GOODS}(?:{_AND}{ANY_GOODS})*{_SOFT}{ENOUGH}(?:的|了|吃|用)*"
    f"|(?<![没])(?:有|还有|够)(?:有|{ANY_GOODS}|{_AND})*{ANY_GOODS}(?:吃)?|{NEG}(?:有)?(?:任何|什么|啥)?(?:需要|需求|困难|要求)(?:的)?|够吃|够用|nothing needed|no needs?"
)
CAREGIVER = re.compile(
    "(?:没人|没有人|无人)(?:给|来)?(?:照顾|照看|照料|伺候|看护|看孩子|看娃|做饭|带孩子|管)(?:我|他|她|老人|孩子|了)*|(?:独自|一个人)在家(?:没人管)|nobody (?:to care|cares)"
)
REPAIR = re.compile(
    "漏雨|漏水|房子漏|屋顶(?:漏|塌|坏)|(?:墙|房|房子|屋子|屋顶)(?:快)?(?:塌|倒|裂)(?:了)?|(?:窗户|窗子|门|玻璃|水管|管子|炕|炉子|房子|屋顶)(?:都)?(?:坏|破|裂|冻|爆)(?:了)?|roof leaks?|leak"
)
COLD = re.compile("冻得|冷得|太冷|屋里冷|家里冷|冷死|没法取暖|停暖|不暖和|too cold|freezing")
OTHER_NEEDS = re.compile(
    "停电|停水|断电|断水|没水|没电|没有水|没有电|困难|生活困难|揭不开锅|需要帮助|需要帮忙|请帮忙|帮帮|求助|救命|救救|急事|需要用车|需要车|去医院|看病|need help|help"
)

NAMELESS_NEED = re.compile(
    "(?:急需|需要|想要|缺少|缺|买不到|need)(?:一|些|点|个|辆|了|a|some| )*(?P<thing>[一-鿿]{1,20}|[a-z ]{3,40})"
)

WELL = re.compile(
    "全家平安|一切平安|平安无事|平平安安|都平安|平安|一切都好|一切正常|一切安好|一切良好|一切如常|都挺好|挺好|都很好|很好|都好|安好|良好|还好|都安|都没事|没事儿|没事|没什么事儿|没什么事|没啥事儿|没啥事|无事|没情况|无情况|"
    "无异常|没有异常|没异常|都正常|正常|没问题|没有问题|没毛病|没有事|都没有|全没有|没有情况|都健康|健康|好着呢|好着|好得很|好的|还行|还可以|好|安|ok|okay|fine|all well|all good|all fine|well|good|we are|everyone|everybody|safe|nothing"
)
FILLER = re.compile(
    r"你们好|您好|你好|大家好|谢谢您|谢谢你们|谢谢你|谢谢关心|谢谢|感谢|多谢|辛苦了|辛苦|关心|收到|回复|回答|报告|汇报|我们家里|我们家|我家里|我家|俺家|我们|咱家|家里人|家里|家中|全家人|全家|一家人|一家|家人|家|"
    r"大家|人人|目前|现在|今天|今日|今早|早上|上午|中午|下午|晚上|暂时|刚才|到|都|全|也|还|很|挺|的|了|呢|啊|呀|吧|哦|嗯|哈|呵|吗啡|啦|哩|嘛|哒|着|是|有|人|口|一切|身体|情况|体温|所有|均|已|"
    r"请放心|放心|勿念|领导|同志|书记|主任|大夫|老师|干部|政府|党|祝|thank you|thanks|hello|hi|yes|the|is|are|all|we|i|have|has|a|my|our|family|please|today|and|he|she|it|in|at|of"
)
DOUBT = re.compile(
    "吗|如果|要是|万一|是不是|会不会|担心|害怕|怕|听说|据说|电视|新闻|假如|以前|去年|上个月|曾经|好像没|能不能|可能|不确定|不知道|不清楚|什么叫|算不算|if |whether|maybe|afraid"
)
DOUBLE_NO = re.compile("不是没|不能说|不是不|无不")
EXPECT = re.compile("没有不舒服|没有不适|没不舒服|无不适|没不适|没有任何不适|没有任何不舒服|没人不舒服|没有人不舒服")

REFUSES = re.compile(
    "(?<![a-z])(?:td|t d|t|n|stop|unsubscribe)(?![a-z])|退订|退定|别再发|不要再发|别发了|不要发|别再给我发|别给我发|不想收|不想回|不想说|不想告诉|不愿意|不愿|不回答|不告诉|拒绝|拒收|拒答|不配合|别烦|别来烦|别再烦|别打扰|不要打扰|别骚扰|"
    "骚扰|滚|不关你|少管|leave (?:me|us) alone|do not (?:send|write)|don't (?:send|write)"
)
WRONG_NUMBER = re.compile(
    "打错|发错|错号|号码错|号码不对|发的不对|弄错人|搞错人|找错|认错人|不是本人|不是这家|不姓|不认识(?:他|她|这|这个)|没有这个人|没这个人|查无此人|换号了|我不是[一-鿿]{1,3}(?:家|$)|wrong number|wrong person"
)
CALLS_BACK = re.compile(
    "(?:请|麻烦|麻烦你|给我|给我们|给俺|你们)*(?:回个?电话?|回电话?|来个?电话|打个?电话|打电话|致电|电话联系|联系我|打给我|打过来|来电)(?:给我|给我们|过来|联系|一下|话|吧|说)*|有事(?:要|想)?(?:说|找你们|商量)|call (?:me|us)(?: back)?|please call|phone (?:me|us)"
)
ASKS_WHO = re.compile(
    "你是谁|你们是谁|谁啊|你谁|是谁|哪位|哪里的|哪个单位|什么单位|哪个部门|干什么的|干嘛的|骗子|诈骗|骗人|真的假的|是真的吗|who (?:are|is)|scam"
)
OF_ALL = re.compile(
    "两家|三家|四家|几家|各家|每家|两户|三户|几户|所有家|都是平安的|both|all (?:the )?(?:families|households)|两个家"
)

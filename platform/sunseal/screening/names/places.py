"""The place that a Chinese company's name begins with: provinces, cities, and X市, X县, X区.

A company's name is place, brand, trade and legal form; the place is dropped in speech.
"""

import re
from functools import lru_cache

from sunseal.screening.names import pinyin

_PROVINCES_TEXT = """
    北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南
    广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
"""
PROVINCES = frozenset(_PROVINCES_TEXT.split())
_CITIES_TEXT = """
    石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州
    晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布
    沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化
    白山 松原 白城 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京
    无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴
    金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安
    亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭
    赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州
    聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳
    周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 长沙 株洲 湘潭 衡阳
    邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名
    肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港
    钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳
    广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 遵义 安顺 毕节 铜仁
    昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 拉萨 日喀则 昌都 林芝 山南 那曲 西安 铜川 宝鸡 咸阳
    渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南
    喀什 和田 阿克苏 塔城 阿勒泰 昌吉 伊犁 恩施 湘西 黔东南 黔南 黔西南 大理 红河 西双版纳 德宏 怒江
    迪庆 文山 楚雄 凉山 甘孜 阿坝 临夏 甘南 延边 玉树 果洛 锡林郭勒 阿拉善 大兴安岭
    西宁 海东 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昆山 义乌 常熟 江阴 张家港
"""
CITIES = frozenset(_CITIES_TEXT.split())
_KNOWN = "|".join(sorted(PROVINCES | CITIES, key=len, reverse=True))
_RANK = "壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|地区|省|市"
_NAMED = re.compile(f"({_KNOWN})(?:{_RANK})?")
_PEOPLES_TEXT = """
    各 满 回 藏 苗 彝 壮 侗 瑶 白 傣 黎 畲 水 土 佤 羌 怒 京 蒙古 维吾尔 土家 布依 哈尼 哈萨克
    傈僳 高山 拉祜 东乡 纳西 景颇 柯尔克孜 达斡尔 仫佬 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克
    鄂温克 德昂 保安 裕固 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 朝鲜
"""
_PEOPLES = "|".join(sorted(_PEOPLES_TEXT.split(), key=len, reverse=True))
_AUTONOMOUS = re.compile(f"([\u4e00-\u9fff]{{2,4}}?)(?:(?:{_PEOPLES})族)+自治[州县旗]")
_ZONE = re.compile(
    "(?:国家级)?(?:经济技术开发|高新技术产业开发|高新技术开发|经济开发|高新|工业园|开发|保税|自贸|新)区"
)
# Inside a name, too: 中国移动广东省公司 and 中国移动广东公司. But 上海市政 is no place and no rank.
_RANKED = re.compile(f"({_KNOWN})(?:自治区|特别行政区|省(?![级际])|市(?![政场民容域值井]))")
# A county or district goes by its suffix alone; 城市, 都市 and the like are trades.
_SUFFIXED = re.compile(
    r"([\u4e00-\u9fff]{2,3}?)(?<![城都超门夜集上])(市|县|自治州|区)(?![场政域块位])"
)
_NOT_A_PLACE = re.compile(r"(?:地产|开发|社|小|园|景|矿|校|片|专)$")


# Where the usual spelling is not the first reading of each character.
_LETTERS_TEXT = """
    陕西 shaanxi 厦门 xiamen 重庆 chongqing 长春 changchun 长沙 changsha 长治 changzhi 西藏 tibet
    香港 hongkong 澳门 macau 内蒙古 innermongolia 哈尔滨 harbin 乌鲁木齐 urumqi 呼和浩特 hohhot
    拉萨 lhasa 蚌埠 bengbu 六安 luan 亳州 bozhou 朝阳 chaoyang 成都 chengdu 大连 dalian 台州 taizhou
    台湾 taiwan 丽水 lishui 阿克苏 aksu 喀什 kashgar
"""
_LETTERS = dict(zip(_LETTERS_TEXT.split()[::2], _LETTERS_TEXT.split()[1::2], strict=True))


@lru_cache(maxsize=4096)
def in_letters(place: str) -> str:
    return _LETTERS.get(place) or pinyin.first(place)


@lru_cache(maxsize=1)
def known_in_letters() -> frozenset[str]:
    """Provinces and cities as one word each: of these Shanxi is no slip for Shaanxi."""
    return frozenset(map(in_letters, PROVINCES | CITIES))


def split(name: str) -> tuple[tuple[str, ...], str]:
    """The places in front, without their rank, and what follows them, which is never empty."""
    places: list[str] = []
    while found := _place(name):
        rest = name[found.end() :]
        if len(rest) < 2 or len(places) == 3:
            break
        places.append(found[1])
        # A zone is part of where: 苏州工业园区 is in 苏州, and dropped as easily.
        zone = _ZONE.match(rest)
        name = rest[zone.end() :] if zone and len(rest) - zone.end() > 1 else rest
    return tuple(places), name


def unranked(core: str) -> str:
    """Places inside a name without what they are."""
    return _RANKED.sub(r"\1", core)


def is_known(text: str) -> str | None:
    """The bare name of a province or city, if the whole of `text` is one."""
    found = _NAMED.fullmatch(text)
    return found[1] if found else None


def agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """深圳 and 广东深圳 may be one place, 广东深圳 and 广东广州 may not."""
    return not one or not other or set(one) <= set(other) or set(other) <= set(one)


def _place(name: str) -> re.Match[str] | None:
    found = _AUTONOMOUS.match(name) or _NAMED.match(name)
    if found:
        return found
    found = _SUFFIXED.match(name)
    return None if found is None or _NOT_A_PLACE.search(found[1]) else found

"""Makes data/chinese_pairs.csv: labelled pairs of Chinese names, by rules and from public facts.

    python -m tests.screening.chinese_pairs

Each rule below turns names into pairs, and the reason of its label stands in the pair. A label
says whether a reviewer should be shown the pair; data/README.md says how far that can be trusted.
Nothing of the rules that judge is imported here: traditional forms, pinyin and numerals are
written out by hand.
"""

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

OUT = Path(__file__).parent / "data" / "chinese_pairs.csv"


class Pair(NamedTuple):
    name_a: str
    name_b: str
    label: str
    kind: str
    reason: str


# Place, its rank, brand, trade; then the whole in traditional characters without place and form.
FIRMS = [
    ("深圳", "市", "腾讯", "计算机系统", "騰訊計算機系統"),
    ("北京", "市", "百度", "网讯科技", "百度網訊科技"),
    ("杭州", "", "海康威视", "数字技术", "海康威視數字技術"),
    ("浙江", "省", "吉利", "控股集团", "吉利控股集團"),
    ("山东", "省", "路桥", "集团", "路橋集團"),
    ("广东", "省", "水电", "建设集团", "水電建設集團"),
    ("四川", "省", "华西", "建筑工程", "華西建築工程"),
    ("上海", "市", "隧道", "工程", "隧道工程"),
    ("江苏", "省", "南通三建", "建设集团", "南通三建建設集團"),
    ("湖南", "省", "三一", "重工机械", "三一重工機械"),
    ("安徽", "省", "海螺", "水泥制造", "海螺水泥製造"),
    ("重庆", "市", "长安", "汽车制造", "長安汽車製造"),
    ("武汉", "市", "烽火", "通信科技", "烽火通信科技"),
    ("成都", "市", "兴蓉", "环境工程", "興蓉環境工程"),
    ("青岛", "市", "海尔", "电器设备", "海爾電器設備"),
    ("西安", "市", "隆基", "绿能科技", "隆基綠能科技"),
    ("福建", "省", "紫金", "矿业机械", "紫金礦業機械"),
    ("河南", "省", "双汇", "食品实业", "雙匯食品實業"),
    ("苏州", "市", "金螳螂", "建筑装饰", "金螳螂建築裝飾"),
    ("宁波", "市", "舜宇", "光电信息", "舜宇光電信息"),
    ("昆明", "市", "云天化", "化工实业", "雲天化化工實業"),
    ("贵州", "省", "茅台", "酒业贸易", "茅臺酒業貿易"),
    ("大连", "市", "万达", "商业管理", "萬達商業管理"),
    ("长沙", "市", "中联", "重科设备", "中聯重科設備"),
    ("厦门", "市", "金龙", "客车制造", "金龍客車製造"),
]
_BRANDS_TEXT = """
    恒信 鼎盛 博远 瑞丰 宏达 天成 金桥 永安 联创 嘉禾 凯旋 正阳 新锐 德源 泰和 佳业 明辉 启航
    福临 盛世
"""
BRANDS = _BRANDS_TEXT.split()
_OTHER_BRANDS_TEXT = """
    腾飞 立信 荣昌 景泰 卓越 远大 国栋 森茂 高科 广厦 利民 万通 北辰 同创 华美 中海 锦绣 光彩
    长青 银河
"""
OTHER_BRANDS = _OTHER_BRANDS_TEXT.split()
_TRADES_TEXT = """
    建设工程 建筑安装 机电设备 信息技术 环保科技 市政工程 园林绿化 物业管理
"""
TRADES = _TRADES_TEXT.split()
_CITIES_TEXT = """
    南京 合肥 济南 郑州 太原 南昌 长春 兰州 银川 西宁
"""
CITIES = _CITIES_TEXT.split()
NUMERALS = "一二三四五六七八九"
# Facts about groups whose members are separate companies, from their public names.
BUREAUS = [
    ("中国建筑第{}工程局有限公司", "12345678", "China State Construction's numbered bureaus"),
    ("中铁{}局集团有限公司", "12345678", "China Railway Group's numbered bureaus"),
    ("中国水利水电第{}工程局有限公司", "3456789", "PowerChina's numbered hydropower bureaus"),
    ("中交第{}公路工程局有限公司", "1234", "CCCC's numbered highway bureaus"),
]
# Former or parallel public names that share nothing a rule could know are left out: they are rows
# of their own in a list. These are names under which the companies are registered in English.
ENGLISH = [
    ("华为技术有限公司", "Huawei Technologies Co., Ltd."),
    ("中国石油天然气集团有限公司", "China Petroleum and Natural Gas Group Co., Ltd."),
    ("江苏恒瑞医药股份有限公司", "Jiangsu Hengrui Pharmaceutical Co., Ltd."),
    ("浙江大华技术股份有限公司", "Zhejiang Dahua Technology Co., Ltd."),
    ("小米科技有限责任公司", "Xiaomi Technology Co., Ltd."),
    ("科大讯飞股份有限公司", "Keda Xunfei Co., Ltd."),
]
PEOPLE = [
    ("王伟", "王偉", "Wang Wei"),
    ("张伟", "張偉", "Zhang Wei"),
    ("刘洋", "劉洋", "Liu Yang"),
    ("陈静", "陳靜", "Chen Jing"),
    ("杨丽华", "楊麗華", "Yang Lihua"),
    ("赵国强", "趙國強", "Zhao Guoqiang"),
    ("黄志远", "黃志遠", "Huang Zhiyuan"),
    ("吴晓东", "吳曉東", "Wu Xiaodong"),
    ("孙建军", "孫建軍", "Sun Jianjun"),
    ("马云飞", "馬雲飛", "Ma Yunfei"),
    ("郑爱华", "鄭愛華", "Zheng Aihua"),
    ("单田芳", "單田芳", "Shan Tianfang"),
    ("吕绍刚", "呂紹剛", "Lü Shaogang"),
    ("欧阳震华", "歐陽震華", "Ouyang Zhenhua"),
    ("诸葛庆云", "諸葛慶雲", "Zhuge Qingyun"),
    ("谢东风", "謝東風", "Xie Dongfeng"),
    ("罗泽汉", "羅澤漢", "Luo Zehan"),
    ("邓联华", "鄧聯華", "Deng Lianhua"),
    ("冯宝义", "馮寶義", "Feng Baoyi"),
    ("叶广胜", "葉廣勝", "Ye Guangsheng"),
]
_NAMESAKES_TEXT = """
    王伟/王玮 张三/章三 李娜/李楠 陈静/陈晶 刘洋/刘扬 王建国/王建军 李明/黎明 张敏/张闽 杨帆/杨凡
    赵磊/赵雷 周杰/周洁 吴刚/吴钢 徐静/许静 孙丽/孙莉 马超/马朝 朱军/朱君 胡军/胡俊 郭涛/郭韬
    何勇/何永 林峰/林锋 高翔/高祥 罗平/骆平 梁宇/梁雨 宋佳/宋嘉 唐伟/唐炜 韩梅/韩眉 冯刚/冯钢
    于谦/余谦 董洁/董杰 程龙/成龙 王小明/王晓明 李志强/李自强 张国华/张国花 陈建平/陈建萍
    刘玉兰/刘玉岚 黄文斌/黄文彬 周立新/周丽新 吴海燕/吴海艳 徐志刚/徐志钢 欧阳峰/欧阳锋
    司马光/司马广 诸葛亮/诸葛量 上官云/上官芸
"""
NAMESAKES = [each.split("/") for each in _NAMESAKES_TEXT.split()]
OTHER_PINYIN = ["Li Ming", "Wang Fang", "Zhang Yimou", "Chen Daoming", "Zhao Benshan"]
SLIPS = [
    ("深圳市腾讯计算机系统有限公司", "深圳市腾迅计算机系统有限公司", "讯 and 迅 sound alike"),
    ("苏州金螳螂建筑装饰股份有限公司", "苏州金塘螂建筑装饰股份有限公司", "螳 and 塘 sound alike"),
    ("湖北宏泰建设工程有限公司", "湖北宏秦建设工程有限公司", "泰 and 秦 look alike"),
    ("江西博远机电设备有限公司", "江西搏远机电设备有限公司", "博 and 搏 sound and look alike"),
    ("北京天成市政工程有限公司", "北京天成市政工工程有限公司", "a character doubled in typing"),
    ("四川华西建筑工程有限公司", "四川华西筑建工程有限公司", "two characters swapped"),
    ("河北永安机电设备有限公司", "河北永按机电设备有限公司", "安 and 按 sound alike"),
    ("山东鼎盛环保科技有限公司", "山东顶盛环保科技有限公司", "鼎 and 顶 sound alike"),
    ("安徽德源信息技术有限公司", "安徽得源信息技术有限公司", "德 and 得 sound alike"),
    ("湖南启航园林绿化有限公司", "湖南起航园林绿化有限公司", "启 and 起 sound alike"),
]


def pairs() -> Iterator[Pair]:
    for rule in (firms, brands, bureaus, branches, english, people):
        yield from rule()


def firms() -> Iterator[Pair]:
    """Eight spellings of each known firm that mean the same firm."""
    for place, rank, brand, trade, traditional in FIRMS:
        core = brand + trade
        name = f"{place}{rank}{core}有限公司"
        for other, reason in (
            (f"{place}{rank}{traditional}有限公司", "traditional characters"),
            (f"{place}{rank}{core}有限责任公司", "the same legal form in full"),
            (f"{place}{rank}{core}股份有限公司", "turned into a company limited by shares"),
            (f"{core}有限公司", "the place left out"),
            (
                f"{place}{core}有限公司" if rank else f"{place}市{core}有限公司",
                "the rank of the place",
            ),
            (f"{core}（{place}）有限公司", "the place in brackets"),
            (f" {place}{rank} {core} 有限公司 ", "spaces"),
        ):
            yield Pair(name, other, "true", "company", reason)


def brands() -> Iterator[Pair]:
    """Companies of one place and trade with other brands; of one name in other places."""
    for number, (one, other) in enumerate(zip(BRANDS, OTHER_BRANDS, strict=True)):
        trade, city = TRADES[number % 8], CITIES[number % 10]
        elsewhere = CITIES[(number + 3) % 10]
        name = f"{city}{one}{trade}有限公司"
        yield Pair(name, f"{city}{other}{trade}有限公司", "false", "company", "another brand")
        yield Pair(name, f"{elsewhere}{one}{trade}有限公司", "false", "company", "another city")
        trade = TRADES[(number + 3) % 8]
        yield Pair(name, f"{city}{one}{trade}有限公司", "false", "company", "another trade")
    for a, b, reason in SLIPS:
        yield Pair(a, b, "true", "company", f"a slip: {reason}")


def bureaus() -> Iterator[Pair]:
    """Sister companies differ by one numeral; one numeral has several spellings."""
    for form, digits, fact in BUREAUS:
        for one, other in pairwise(digits):
            name = form.format(NUMERALS[int(one) - 1])
            sister = form.format(NUMERALS[int(other) - 1])
            yield Pair(name, sister, "false", "company", f"{fact}: separate companies")
            yield Pair(name, form.format(one), "true", "company", "the numeral as a digit")
    for one, other in (("十一", "十二"), ("十四", "二十四"), ("二十", "二十一"), ("十", "十六")):
        names = [f"中铁{each}局集团有限公司" for each in (one, other)]
        yield Pair(names[0], names[1], "false", "company", f"{BUREAUS[1][2]}: separate companies")


def branches() -> Iterator[Pair]:
    """Branches of one company: equal designations are one branch, others are others."""
    for number, (place, rank, brand, trade, _) in enumerate(FIRMS[:12]):
        parent = f"{place}{rank}{brand}{trade}有限公司"
        n, m = NUMERALS[number % 8], NUMERALS[number % 8 + 1]
        city, elsewhere = CITIES[number % 10], CITIES[(number + 4) % 10]
        first, second = f"{parent}第{n}分公司", f"{parent}第{m}分公司"
        yield Pair(first, second, "false", "company", "different branch numbers")
        yield Pair(first, f"{parent}第{number % 8 + 1}分公司", "true", "company", "digit in branch")
        one, other = f"{parent}{city}分公司", f"{parent}{elsewhere}分公司"
        yield Pair(one, other, "false", "company", "branches in different cities")
        yield Pair(
            one, f"{parent}{city}市分公司", "true", "company", "the rank of the branch's city"
        )


def english() -> Iterator[Pair]:
    for number, (name, other) in enumerate(ENGLISH):
        yield Pair(name, other, "true", "company", "its name in English")
        wrong = ENGLISH[(number + 1) % len(ENGLISH)][1]
        yield Pair(name, wrong, "false", "company", "another company's name in English")


def people() -> Iterator[Pair]:
    for number, (name, traditional, pinyin) in enumerate(PEOPLE):
        family, given = pinyin.split(" ")
        yield Pair(name, traditional, "true", "person", "traditional characters")
        yield Pair(name, pinyin, "true", "person", "its pinyin")
        yield Pair(name, f"{given.upper()} {family.upper()}", "true", "person", "Western order")
        yield Pair(name, f"{name[0]} {name[1:]}", "true", "person", "a space")
        wrong = OTHER_PINYIN[number % len(OTHER_PINYIN)]
        yield Pair(name, wrong, "false", "person", "another name's pinyin")
        stranger = PEOPLE[(number + 1) % len(PEOPLE)][0]
        yield Pair(name, stranger, "false", "person", "another person's name")
    for one, other in NAMESAKES:
        yield Pair(one, other, "false", "person", "one character differs: another person")


def main() -> None:
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Pair._fields)
        writer.writerows(dict.fromkeys(pairs()))


if __name__ == "__main__":
    main()

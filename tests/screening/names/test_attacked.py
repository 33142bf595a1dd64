"""Pairs of names made to break the rules, none of which is in the labelled set.

What is right by the rules and not by nature says so: 于 and 於 are one once simplified, so that
their bearers are reviewed.
"""

import pytest

from sunseal.screening import names
from sunseal.screening.names.index import Index
from sunseal.screening.names.keys import keys
from sunseal.screening.names.match import Party, check
from sunseal.screening.names.normalise import Kind

SAME: list[tuple[Kind, str, str]] = [
    ("company", "中國建築第三工程局有限公司", "中国建筑第三工程局有限公司"),
    ("company", "臺灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司"),
    ("company", "廣東省建築工程集團有限公司", "广东建筑工程集团有限公司"),
    ("company", "鴻海精密工業股份有限公司", "鸿海精密工业股份有限公司"),
    ("company", "中国铁建股份有限公司", "中国铁建有限责任公司"),
    ("company", "深圳市腾讯计算机系统有限公司", "腾讯计算机系统有限公司"),
    ("company", "腾讯科技(深圳)有限公司", "腾讯科技深圳有限公司"),
    ("company", "上海建工一建集团有限公司", "上海建工第一建集团有限公司"),
    ("company", "中铁十二局集团有限公司", "中铁12局集团有限公司"),
    ("company", "中铁十二局集团有限公司", "中铁１２局集团有限公司"),
    ("company", "中铁十二局集团有限公司", "中铁拾贰局集团有限公司"),
    ("company", "中铁廿局集团有限公司", "中铁二十局集团有限公司"),
    ("company", "中铁二〇局集团有限公司", "中铁二十局集团有限公司"),
    ("company", "中铁二十局集团有限公司", "中铁20局集团有限公司"),
    ("company", "北京城建集团有限责任公司", "北京市城建集团有限公司"),
    ("company", "内蒙古自治区第一建筑有限公司", "内蒙古第一建筑有限公司"),
    ("company", "中建八局第二建设有限公司", "中国建筑第八工程局第二建设有限公司"),
    ("company", "浙江省建工集团有限责任公司", "浙江建工集团有限责任公司"),
    ("company", "华为技术有限公司（深圳）", "华为技术有限公司"),
    ("company", "中国移动通信集团广东有限公司", "中国移动通信集团广东省有限公司"),
    ("company", "阿里巴巴（中国）有限公司", "阿里巴巴中国有限公司"),
    ("company", "重庆市万州区宏远建筑有限公司", "万州区宏远建筑有限公司"),
    ("company", "苏州工业园区华新建设有限公司", "苏州华新建设有限公司"),
    ("company", "天津滨海新区安泰建筑有限公司", "安泰建筑有限公司"),
    ("company", "广西壮族自治区桂林市建安建筑有限公司", "桂林建安建筑有限公司"),
    ("company", "新疆维吾尔自治区喀什地区建工有限公司", "新疆喀什建工有限公司"),
    ("company", "湖北省恩施土家族苗族自治州路桥有限公司", "恩施路桥有限公司"),
    ("company", "香港特别行政区中华建筑有限公司", "香港中华建筑有限公司"),
    ("company", "宏图建设工程有限公司", "宏图建设工程有限公司(原宏达建设有限公司)"),
    ("company", "宏达建设有限公司", "宏图建设工程有限公司(原宏达建设有限公司)"),
    ("company", "宏达建设有限公司", "宏图建设工程有限公司（曾用名：宏达建设有限公司）"),
    ("company", "宏远建筑有限公司", "宏遠建築有限公司 "),
    ("company", "宏远建筑有限公司", "宏\u200b远建\u200d筑有限公司\ufeff"),
    ("company", "宏远建筑有限公司", "宏远建筑有限公司\u202e"),
    ("company", "宏远建筑有限公司", "宏 远 建 筑 有 限 公 司"),
    ("company", "宏远建筑有限公司", "宏远建筑有限公司。"),
    ("company", "宏远建筑（集团）有限公司", "宏远建筑集团有限公司"),
    ("company", "宏远建筑有限公司", "宏远建筑有限责任公司（自然人独资）"),
    ("company", "宏远建筑有限公司", "宏远建筑公司"),
    ("company", "宏远建筑厂", "宏远建筑厂（普通合伙）"),
    ("company", "青岛海尔股份有限公司", "海尔股份有限公司（青岛）"),
    ("company", "宁波市鄞州区宏远建筑有限公司", "宁波鄞州宏远建筑有限公司"),
    ("company", "爨底下建筑有限公司", "爨底下建築有限公司"),
    ("company", "𠮷祥建设有限公司", "吉祥建设有限公司"),
    ("company", "昇达建设有限公司", "升达建设有限公司"),
    ("company", "三一重工股份有限公司", "三一重工有限公司"),
    ("person", "张三", "張三"),
    ("person", "欧阳娜娜", "歐陽娜娜"),
    ("person", "王伟", "Wang Wei"),
    ("person", "王伟", "WEI WANG"),
    ("person", "王伟", "Wang, Wei"),
    ("person", "单田芳", "Shan Tianfang"),
    ("person", "单田芳", "Dan Tianfang"),
    ("person", "吕布", "Lü Bu"),
    ("person", "吕布", "Lyu Bu"),
    ("person", "吕布", "Lv Bu"),
    ("person", "欧阳修", "Ouyang Xiu"),
    ("person", "诸葛亮", "Zhuge Liang"),
    ("person", "司马相如", "Xiangru Sima"),
    ("person", "西安", "Xi An"),
    ("person", "王西安", "Wang Xi'an"),
    ("person", "张学友", "Zhang Xueyou"),
    ("person", "张学友", "Zhang Xue-You"),
    ("person", "张学友", "ZHANG Xue You"),
    ("person", "李小龙", "Li Xiaolong"),
    ("person", "蒋介石", "Chiang Chieh-shih"),
    ("person", "毛泽东", "Mao Tse-tung"),
    ("person", "周恩来", "Chou En-lai"),
    ("person", "邓小平", "Teng Hsiao-ping"),
    ("person", "王小明", "Wang Xiaoming"),
    ("person", "曾国藩", "Zeng Guofan"),
    ("person", "解缙", "Xie Jin"),
    ("person", "仇英", "Qiu Ying"),
    ("person", "查良镛", "Zha Liangyong"),
    ("person", "买买提·艾力", "买买提 艾力"),
    ("person", "买买提·艾力", "买买提艾力"),
    ("person", "买买提·艾力", "买买提•艾力"),
    ("person", "王伟", "王 伟"),
    ("person", "王伟", "王偉"),
    ("person", "王伟 ", "王\u3000伟"),
    ("person", "李娜（女）", "李娜"),
    ("person", "李娜", "李娜(曾用名李丽)"),
    ("person", "刘德华", "劉德華"),
    ("company", "华为技术有限公司", "Huawei Technologies Co., Ltd."),
    ("company", "北京宏远建设工程有限公司", "Beijing Hongyuan Construction Engineering Co Ltd"),
    ("company", "宏远建设工程有限公司", "Hong Yuan Construction Engineering Co Ltd"),
    ("company", "上海电气集团股份有限公司", "Shanghai Electric Group Co Ltd"),
    ("company", "中国铁路工程集团有限公司", "China Railway Engineering Group Co Ltd"),
    ("company", "长安汽车", "Changan Automobile"),
    ("company", "重庆长安汽车股份有限公司", "Chongqing Changan Automobile Co., Ltd."),
    ("company", "厦门象屿集团有限公司", "Xiamen Xiangyu Group Corporation"),
    ("company", "陕西建工集团有限公司", "Shaanxi Construction Engineering Group"),
    ("person", "于勇", "於勇"),
]
DIFFERENT: list[tuple[Kind, str, str]] = [
    ("company", "鑫淼建设有限公司", "鑫森建设有限公司"),
    ("company", "中建三局集团有限公司", "中建二局集团有限公司"),
    ("company", "中铁十二局集团有限公司", "中铁十一局集团有限公司"),
    ("company", "中铁十二局集团有限公司", "中铁二局集团有限公司"),
    ("company", "中铁十二局集团第三工程有限公司", "中铁十二局集团第四工程有限公司"),
    ("company", "中铁三局集团第四工程有限公司", "中铁四局集团第三工程有限公司"),
    ("company", "上海建工一建集团有限公司", "上海建工二建集团有限公司"),
    ("company", "广东省建筑工程有限公司", "广西建筑工程有限公司"),
    ("company", "南京宏远建筑有限公司", "北京宏远建筑有限公司"),
    ("company", "宏远建筑有限公司北京分公司", "宏远建筑有限公司上海分公司"),
    ("company", "宏远建筑有限公司第一分公司", "宏远建筑有限公司第二分公司"),
    ("company", "宏远建筑有限公司", "宏图建筑有限公司"),
    ("company", "宏远建筑有限公司", "宏远食品有限公司"),
    ("company", "三一重工股份有限公司", "三二重工股份有限公司"),
    ("company", "八方建设有限公司", "九方建设有限公司"),
    ("company", "华润万家有限公司", "华润置地有限公司"),
    ("company", "新华建设有限公司", "华新建设有限公司"),
    ("company", "中国建设银行股份有限公司", "中国银行股份有限公司"),
    ("company", "中国工商银行股份有限公司", "中国农业银行股份有限公司"),
    ("company", "山东高速集团有限公司", "山西高速集团有限公司"),
    ("company", "东方建设有限公司", "南方建设有限公司"),
    ("person", "王伟", "王玮"),
    ("person", "张学友", "Jacky Cheung"),
    ("person", "王小明", "Wang Xiaomin"),
    ("person", "乾隆", "干隆"),
    ("company", "中兴通讯股份有限公司", "ZTE Corporation"),
    ("company", "中兴通讯股份有限公司", "Zhongxing Telecommunication Equipment"),
    ("company", "中铁三局集团有限公司", "China Railway No. 3 Engineering Group"),
    ("company", "山西建工集团有限公司", "Shaanxi Construction Engineering Group"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_names_of_one_are_looked_at(kind: Kind, one: str, other: str) -> None:
    found = names.score(kind, one, other)
    assert found.needs_review, found
    assert names.score(kind, other, one).value == found.value
    # A score is worth nothing unless the index brings the two together.
    for asked, held in ((one, other), (other, one)):
        assert [each.name for each in check(Party(kind, asked), Index([(kind, held)]))] == [held]


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_names_of_two_are_told_apart(kind: Kind, one: str, other: str) -> None:
    found = names.score(kind, one, other)
    assert not found.needs_review, found
    assert names.score(kind, other, one).value == found.value
    assert names.key(kind, one) != names.key(kind, other)


def test_initials_are_found_and_alarm_nobody() -> None:
    index = Index([("company", "National Iranian Tanker Company"), ("company", "CAGL")])
    assert index.candidates("company", "NITC")[:1] == [0]
    assert index.candidates("company", "Compagnie Aerienne des Grands Lacs")[:1] == [1]
    assert check(Party("company", "NITC"), index) == []


def test_a_former_name_has_keys_of_its_own() -> None:
    both = keys("company", "宏图有限公司(原宏达建设有限公司)")
    assert set(keys("company", "宏达建设有限公司")) <= set(both)

"""Chinese and English names for the demo city. All places are invented; every name is given at most once."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np


class Name(NamedTuple):
    """A name in Chinese and in English."""

    zh: str
    en: str


def _pairs(text: str) -> list[Name]:
    return [Name(*item.split("=")) for item in text.split()]


CITY: Final = Name("云泽市", "Yunze City")
DISTRICTS: Final = [Name("汀兰区", "Tinglan District"), Name("栖云区", "Qiyun District")]
STREETS: Final = _pairs("文津=Wenjin 听涛=Tingtao 锦桥=Jinqiao 鹿鸣=Luming 望湖=Wanghu")
TOWNS: Final = _pairs("青枫=Qingfeng 石埠=Shibu 云岭=Yunling")

URBAN_COMMUNITIES: Final = _pairs(
    "书院=Shuyuan 桃李=Taoli 竹溪=Zhuxi 柳荫=Liuyin 桂香=Guixiang 荷塘=Hetang 梧桐=Wutong 银杏=Yinxing "
    "紫藤=Ziteng 丁香=Dingxiang 海棠=Haitang 芙蓉=Furong 听雨=Tingyu 揽月=Lanyue 朝晖=Zhaohui "
    "晨曦=Chenxi 春晓=Chunxiao 秋实=Qiushi 清泉=Qingquan 碧波=Bibo 锦绣=Jinxiu 和顺里=Heshunli "
    "友谊=Youyi 团结=Tuanjie 明德=Mingde 尚学=Shangxue 博雅=Boya 染坊=Ranfang 船坞=Chuanwu 渡口=Dukou "
    "石桥=Shiqiao 东园=Dongyuan 西园=Xiyuan 南园=Nanyuan 北园=Beiyuan 长堤=Changdi 新桥=Xinqiao "
    "老街=Laojie 站前=Zhanqian 花圃=Huapu 果园=Guoyuan 牌坊=Paifang 滨河=Binhe 湖畔=Hupan 河湾=Hewan "
    "松鹤=Songhe 白鹭=Bailu 翠微=Cuiwei 飞虹=Feihong 望楼=Wanglou 和风=Hefeng 瑞雪=Ruixue 织云=Zhiyun "
    "邮亭=Youting 米市=Mishi 茶亭=Chating 棉纺=Mianfang 机床厂=Jichuangchang 粮仓=Liangcang 水塔=Shuita"
)
VILLAGES: Final = _pairs(
    "石桥头=Shiqiaotou 枣树冲=Zaoshuchong 杨柳圩=Yangliuwei 大松岗=Dasonggang 柳溪口=Liuxikou "
    "菱角塘=Lingjiaotang 茶山坳=Chashan'ao 白沙渡=Baishadu 鹅塘=E'tang 柿树坪=Shishuping "
    "红枫坞=Hongfengwu 竹林坞=Zhulinwu 桑园里=Sangyuanli 双井头=Shuangjingtou 稻香=Daoxiang "
    "麦田畈=Maitianfan 沙河沿=Shaheyan 樟树下=Zhangshuxia 油坊=Youfang 上圩=Shangwei 下圩=Xiawei "
    "荷叶地=Heyedi 凉亭岗=Liangtinggang 月牙湾=Yueyawan 古井=Gujing 龙潭坝=Longtanba 梨园冲=Liyuanchong "
    "芦花荡=Luhuadang 三棵树=Sankeshu 水碓头=Shuiduitou 鸭棚圩=Yapengwei 窑前=Yaoqian 板栗冲=Banlichong "
    "莲蓬塘=Lianpengtang 磨盘岗=Mopangang 铁匠坊=Tiejiangfang"
)

ESTATES: Final = _pairs(
    "金桂=Jingui 翡翠=Feicui 香樟=Xiangzhang 紫薇=Ziwei 玉兰=Yulan 凤栖=Fengqi 世纪=Shiji 阳光=Yangguang "
    "丽景=Lijing 华庭=Huating 康乐=Kangle 天成=Tiancheng 祥和=Xianghe 福临=Fulin 幸福=Xingfu "
    "枫林=Fenglin 水岸=Shui'an 青年=Qingnian 教师=Jiaoshi 铁路=Tielu 纺织=Fangzhi 电力=Dianli "
    "建设=Jianshe 胜利=Shengli 星河=Xinghe 云锦=Yunjin 嘉和=Jiahe 万和=Wanhe 馨怡=Xinyi 景秀=Jingxiu "
    "月桂=Yuegui 春江=Chunjiang 绿茵=Lüyin 兰亭=Lanting 书香=Shuxiang 静安里=Jing'anli 东篱=Dongli "
    "悦来=Yuelai 橡树=Xiangshu 丰泽=Fengze 名人=Mingren 学府=Xuefu 御景=Yujing 盛世=Shengshi "
    "文昌=Wenchang"
)
ESTATE_KINDS: Final = [
    Name("小区", "Residential Quarter"),
    Name("花园", "Garden"),
    Name("家园", "Homes"),
    Name("新村", "New Village"),
    Name("公寓", "Apartments"),
    Name("雅苑", "Court"),
    Name("名邸", "Residence"),
    Name("华府", "Mansion"),
    Name("坊", "Ward"),
    Name("大院", "Compound"),
]
SURNAMES: Final = _pairs(
    "周=Zhou 吴=Wu 郑=Zheng 王=Wang 冯=Feng 陈=Chen 褚=Chu 蒋=Jiang 沈=Shen 韩=Han 杨=Yang 朱=Zhu 秦=Qin "
    "许=Xu 何=He 吕=Lü 施=Shi 张=Zhang 孔=Kong 曹=Cao 严=Yan 华=Hua 金=Jin 魏=Wei 陶=Tao 戚=Qi 谢=Xie "
    "邹=Zou 喻=Yu 柏=Bai"
)
LANDFORMS: Final = _pairs(
    "湾=wan 塘=tang 冲=chong 岗=gang 圩=wei 坝=ba 畈=fan 坳=ao 渡=du 桥=qiao 庄=zhuang 墩=dun"
)
ROADS: Final = _pairs(
    "文澜=Wenlan 学林=Xuelin 金谷=Jingu 长春藤=Changchunteng 碧桂=Bigui 平湖=Pinghu 云帆=Yunfan "
    "望江=Wangjiang 听松=Tingsong 映月=Yingyue 清风=Qingfeng 集贤=Jixian 崇德=Chongde 育才=Yucai "
    "同济=Tongji 康宁=Kangning 永福=Yongfu 兴业=Xingye 创新=Chuangxin 科技=Keji 迎宾=Yingbin "
    "环城=Huancheng 建业=Jianye 振华=Zhenhua 富民=Fumin 利民=Limin 惠民=Huimin 安居=Anju 乐业=Leye "
    "花溪=Huaxi 柳浪=Liulang 槐荫=Huaiyin 枫桥=Fengqiao 莲池=Lianchi 菊园=Juyuan 梅香=Meixiang "
    "竹影=Zhuying 松涛=Songtao 杏林=Xinglin 桃源=Taoyuan 锦华=Jinhua 银城=Yincheng 玉带=Yudai 珠溪=Zhuxi "
    "彩虹=Caihong 星光=Xingguang 旭日=Xuri 东升=Dongsheng 西塘=Xitang 南浦=Nanpu 北辰=Beichen "
    "中和=Zhonghe 太平=Taiping 仁爱=Ren'ai 礼和=Lihe 诚信=Chengxin 勤业=Qinye 丰登=Fengdeng 青云=Qingyun "
    "凌波=Lingbo 流霞=Liuxia 采莲=Cailian 渔歌=Yuge 牧笛=Mudi"
)
ROAD_KINDS: Final = [Name("路", "Road"), Name("街", "Street"), Name("巷", "Lane"), Name("东路", "East Road"),
                     Name("西路", "West Road")]  # fmt: skip
AVENUE: Final = Name("大道", "Avenue")
NUMERALS: Final = "一二三四五六七八九"


def joined(stem: Name, kind: Name, space: str = " ") -> Name:
    """Stem and kind as one name."""
    return Name(stem.zh + kind.zh, f"{stem.en}{space}{kind.en}")


def numeral(n: int) -> str:
    """1..19 in Chinese."""
    if n < 10:
        return NUMERALS[n - 1]
    return "十" + (NUMERALS[n - 11] if n > 10 else "")


def ordinal_grid(community: Name, n: int) -> Name:
    """The n-th grid of a community, e.g. 书院社区第一网格."""
    return Name(f"{community.zh}第{numeral(n)}网格", f"{community.en} Grid {n}")


class Pool:
    """Names of a kind in a seeded order; `take` never gives one twice."""

    def __init__(self, rng: np.random.Generator, names: list[Name]) -> None:
        self._names: Iterator[Name] = iter([names[i] for i in rng.permutation(len(names))])

    def take(self) -> Name:
        """The next name; StopIteration never, RuntimeError when the pool is empty."""
        name = next(self._names, None)
        if name is None:
            raise RuntimeError("the pool of names is empty")
        return name


def estates() -> list[Name]:
    """Names of housing estates."""
    return [joined(stem, kind) for stem in ESTATES for kind in ESTATE_KINDS]


def hamlets() -> list[Name]:
    """Names of hamlets: a family and a landform, 周家湾."""
    return [
        Name(f"{family.zh}家{land.zh}", f"{family.en}jia{chr(39) if land.en[0] == 'a' else ''}{land.en}")
        for family in SURNAMES
        for land in LANDFORMS
    ]


def roads() -> list[Name]:
    """Names of streets inside communities."""
    return [joined(stem, kind) for stem in ROADS for kind in ROAD_KINDS]


def avenues() -> list[Name]:
    """Names of main roads that cross a town."""
    return [joined(stem, AVENUE) for stem in ROADS]


def village_roads(village: Name) -> tuple[Name, ...]:
    """Names of the streets of a village, after itself."""
    return tuple(
        joined(village, Name(kind, en))
        for kind, en in (("路", "Road"), ("村道", "Village Road"), ("老街", "Old Street"))
    )

"""Seeded sentences of reports: a few thousand different ones, with words that are common and words that are rare."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from incidents.search import document

SEED = 990100
TEXTS = 4_000
PLACES = (
    "小区东门", "小区南门", "菜市场门口", "公交站旁", "学校围墙外", "地下车库", "主干道人行道", "河堤步道",
    "商业街后巷", "居民楼楼顶", "楼道拐角", "健身广场", "工地围挡边", "物流园出口", "卫生院停车场", "幼儿园门前",
)  # fmt: skip
MATTERS = (
    "流动摊贩占道经营", "生活垃圾成堆无人清运", "电动自行车飞线充电", "污水井盖缺失", "夜间施工噪声扰民",
    "路灯连续多日不亮", "私家车长期占用消防通道", "楼上渗水邻里争吵", "拖欠工资引发纠纷", "违法搭建阳光房",
    "树枝压住电线", "共享单车乱停放", "餐饮油烟直排", "自来水压力不足", "燃气管道有异味", "井水发黄有沉淀",
    "物业费争议", "犬只未牵绳伤人", "广场舞音响过大", "河道漂浮垃圾", "道路塌陷积水", "门店招牌松动",
    "垃圾桶满溢", "建筑渣土乱倒", "独居老人需要探访", "流浪人员露宿", "电梯频繁故障", "停水未提前通知",
    "交通信号灯损坏", "围墙开裂有倒塌危险",
)  # fmt: skip
DETAILS = (
    "已经持续三天", "每天早晚高峰最严重", "下雨后更加明显", "影响老人和孩子出行", "多次劝说无效",
    "附近居民意见很大", "现场没有警示标志", "上月反映过一次仍未解决", "夜里十点以后最吵", "有人险些受伤",
    "商户互相推诿", "拍有照片可以提供", "周末无人值守", "气味刺鼻难以开窗", "车辆只能绕行",
)  # fmt: skip
REQUESTS = (
    "请尽快派人处理", "希望有关部门核实", "请求协调解决", "要求给出书面答复", "盼望长效管理",
    "请网格员到现场看看", "希望今天之内回复", "请告知办理进度",
)  # fmt: skip
RARE = ("无人机", "白蚁", "高空抛物", "假药", "群租房", "烟花爆竹", "养蜂", "赌博机")
RARE_SHARE = 0.01


@dataclass(frozen=True)
class Text:
    """A title, the words of the report and the words that the search column is made from."""

    title: str
    content: str
    words: str


def texts(count: int = TEXTS) -> Iterator[Text]:
    """`count` sentences, the same ones on every run; one in a hundred holds a rare word."""
    rng = random.Random(SEED)
    for _number in range(count):
        matter = rng.choice(MATTERS)
        if rng.random() < RARE_SHARE:
            matter = f"{matter}疑似{rng.choice(RARE)}"
        content = f"{rng.choice(PLACES)}{matter}，{rng.choice(DETAILS)}，{rng.choice(REQUESTS)}。"
        yield Text(title=matter, content=content, words=document(matter, content))

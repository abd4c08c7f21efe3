"""What is quarrelled about in the demo city, and how many cases of it stand where."""

from typing import Any, Final

NAMES: Final = (
    "周桂英",
    "吴建华",
    "郑海燕",
    "王德发",
    "冯秀珍",
    "陈国栋",
    "褚丽娟",
    "卫东升",
    "蒋美玲",
    "沈家宝",
    "韩雪梅",
)
MATTERS: Final = (
    (
        "0401",
        "楼上渗水损坏装修",
        "楼上卫生间防水老化，渗水至楼下客厅顶棚和墙面，双方就维修和赔偿协商不成。",
        "6000",
    ),
    (
        "0401",
        "夜间噪声影响休息",
        "楼上夜间跑跳、拖动家具声响较大，楼下住户反映影响老人休息，沟通后未改善。",
        "",
    ),
    (
        "0403",
        "物业费与服务质量争议",
        "业主以绿化养护和电梯维修不到位为由拒交物业费，物业公司催缴，双方各执一词。",
        "4200",
    ),
    (
        "0405",
        "餐馆拖欠工资",
        "餐馆停业后尚欠服务员两个月工资，经营者称资金周转困难，要求分期支付。",
        "9600",
    ),
    (
        "0406",
        "家具质量退货纠纷",
        "消费者购买的衣柜开裂变形，商家只同意维修不同意退货。",
        "3800",
    ),
    (
        "0411",
        "亲友借款未还",
        "借款到期后借款人以经营亏损为由未归还，双方有书面借条。",
        "20000",
    ),
    (
        "0415",
        "退租押金纠纷",
        "租客提前退租，房东以家具损坏为由扣留押金，双方对折旧金额认识不一。",
        "5000",
    ),
    (
        "0401",
        "停车位占用争执",
        "公共通道划线车位长期被一户占用，邻居多次劝说无果，发生口角。",
        "",
    ),
    (
        "0412",
        "装修合同尾款纠纷",
        "装修公司延期完工并要求支付尾款，业主要求扣减违约金。",
        "12000",
    ),
    (
        "0404",
        "加装电梯费用分摊争议",
        "加装电梯后低层住户认为分摊比例偏高，要求重新核算。",
        "8000",
    ),
)
LIFT: Final = {
    "title": "老旧楼栋加装电梯纠纷",
    "facts": (
        "某小区7号楼建于1998年，共六层。三单元高层业主拟加装电梯，已取得法定比例业主同意并通过规划公示。"
        "一楼业主认为电梯遮挡采光、产生噪声、房屋贬值，阻止施工，双方多次争执，工程停工。"
    ),
    "claims": "高层业主请求停止阻挠施工；一楼业主请求补偿采光和噪声影响、调整电梯位置",
    "place": "7号楼三单元门前",
    "applicant": "周桂英",
    "owners": "7号楼三单元高层业主",
    "respondent": "马连生",
    "respondent_number": "110101195803078419",
}
MEETINGS: Final = (
    (
        "grid",
        22,
        "网格员、楼长",
        "网格员陪同双方查看施工位置，逐一记录采光、通行、噪声三方面顾虑。",
        "双方同意暂停争吵，另请专业人员到场",
    ),
    (
        "department",
        24,
        "住建部门、设计单位",
        "设计单位现场讲解日照分析图，住建部门说明加装政策和审批结论。",
        "同意由设计单位提出北移半米的调整方案",
    ),
    (
        "lawyer",
        26,
        "村居法律顾问",
        "法律顾问讲解民法典关于业主共同决定和相邻关系的规定。",
        "一楼业主承认程序合法，提出补偿诉求",
    ),
    (
        "party_member",
        28,
        "党员志愿者、老邻居",
        "老党员、老邻居分别做双方工作，测算补偿数额和支付方式。",
        "补偿数额由五万元降至三万元左右，分歧缩小",
    ),
    (
        "mediator",
        20,
        "镇街、社区、施工单位",
        "逐条核对调整方案、补偿、隔声措施和复工时间，当场形成协议文本。",
        "双方一致同意，签订书面协议",
    ),
)
"""Kind of helper, hours since the last one, who came, what was said, what came of it."""
LIFT_TERMS: Final = (
    "电梯投入使用前，向一楼业主支付补偿款三万元",
    "电梯井道北移半米，一楼窗外加装隔声玻璃，由施工单位完成",
    "不再阻止施工，并在复工通知上签字确认",
)
GUIDED: Final[dict[str, Any]] = {
    "way": "court",
    "guidance": "可持身份证明和证据材料向有管辖权的人民法院起诉，诉讼时效一般为三年",
}
THREAT: Final = {
    "title": "楼道堆物引发争吵",
    "facts": "两户因楼道堆放杂物多次争吵，昨晚发生推搡，一方扬言报复，双方情绪激动。",
    "claims": "清理楼道杂物；停止威胁并赔礼道歉",
    "place": "2号楼四层楼道",
    "applicant": "冯秀珍",
    "respondent": "韩志强",
}
THREAT_PHONES: Final = (("applicant", "13810004401"), ("respondent", "13920004401"))
WAYS: Final = {
    "registered": "",
    "triaged": "registered",
    "not_mediable": "triaged",
    "refused": "triaged",
    "accepted": "triaged",
    "mediating": "accepted",
    "failed": "mediating",
    "agreed_oral": "mediating",
    "agreed_written": "mediating",
    "confirming": "agreed_written",
    "confirmed": "confirming",
    "confirm_refused": "confirming",
    "performing": "agreed_written",
    "breached": "performing",
    "performed": "performing",
    "follow_up": "failed",
    "archived": "follow_up",
}
"""The state before each; a kept agreement is called back in the story of the lift."""
COUNTS: Final = {
    "registered": (5, 0),
    "triaged": (4, 1),
    "not_mediable": (2, 20),
    "refused": (2, 12),
    "accepted": (4, 2),
    "mediating": (7, 5),
    "failed": (3, 6),
    "agreed_oral": (3, 9),
    "agreed_written": (1, 10),
    "confirming": (1, 14),
    "confirmed": (1, 20),
    "confirm_refused": (1, 21),
    "performing": (1, 15),
    "breached": (1, 55),
    "performed": (1, 18),
    "follow_up": (2, 25),
    "archived": (2, 130),
}
"""How many cases stand in each state, and how many days ago the last one began."""
LABOUR: Final = {
    "title": "家政公司拖欠工资",
    "facts": "家政公司自六月起未按月支付护理员工资，双方对提成计算口径认识不一，协商未果。",
    "claims": "支付拖欠工资及提成一万二千六百元",
    "firm": "云泽市惠邻家政服务有限公司",
    "credit": "91341100MA2N0000XU",
    "failed": "双方对提成计算分歧过大，十五日内未达成协议",
    "guidance": "可自知道权利被侵害之日起一年内向劳动人事争议仲裁委员会申请仲裁，携带考勤、工资单等证据",
    "number": "云劳人仲案〔2026〕{number}号",
}
OFFICE: Final = "{town}行政调解室"
NUISANCE: Final = {
    "title": "餐馆油烟噪声扰民赔偿纠纷",
    "facts": "沿街餐馆排烟口正对居民窗户，油烟和风机噪声影响休息，整改一次后仍有反复，居民要求赔偿并改道。",
    "claims": "排烟管道改道，赔偿窗户清洗和更换费用三千元",
    "firm": "云泽市老街小灶餐饮店",
    "complex": "需生态环境部门检测油烟和噪声排放，涉及两个部门",
    "minutes": "检测单位说明监测结果，执法人员讲解排放标准，餐馆负责人提出改道方案",
    "result": "餐馆同意七日内改道，赔偿数额再议",
}
PASSED: Final = {
    "title": "合租水电费分摊争议",
    "facts": "合租双方对水电费分摊比例认识不一，一方拒付两个月费用，请求行政机关处理。",
    "why": "属民事租赁纠纷，不属本机关职责，移送镇街人民调解委员会",
}

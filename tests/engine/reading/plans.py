"""Fictional plans and small builders for the tests of the reader."""

from yingcai.engine.reading import Reading, read_plan
from yingcai.engine.reading.model import Measure, Target

HEAD = "云汀市人才行动计划（2021—2023年）\n\n一、重点任务\n\n"

BRACKETED = HEAD + (
    "1. 引进领军人才。三年内引进领军人才30名，给予每人20万元补助。（责任单位：市委组织部、市科技局）\n\n"
    "2. 建设平台。新建实验室5家以上，每年举办论坛2场。（责任单位：市科技局）\n"
)

LABELLED = """澜汀市人才发展方案（2021—2025年）

一、总体要求
（一）发展目标。到2023年，人才总量突破22万人；到2025年，人才总量达到26万人以上。

二、重点任务
（一）集聚顶尖人才
1. 引进院士级人才不少于3名。
2. 组建创新联合体5个以上。
牵头单位：市科技局
配合单位：市委组织部、各县（市、区）人民政府
（二）储备青年人才
建设青年驿站十五家，每年引进青年人才三百名。
牵头单位：市人社局；配合单位：团市委

三、服务保障
（一）加大投入。市财政每年安排专项资金不低于2亿元。
牵头单位：市财政局
"""

ACTIONS = """云台县乡村人才行动计划（2022—2026年）

一、行动目标
到2026年，培养“田秀才”1万人。

二、行动内容

行动一：培优农技人才。选派300名农技人员驻村，建立田间学校50所。
（县农业农村局牵头，县科技局、县人社局配合）

行动二：培育乡村工匠。认定工匠500名，录制微课一百二十节。
（县人社局牵头；各乡镇配合）
"""

ARTICLES = """关于建设人才强区的若干措施

第一条 引进人才。每年引进博士20名。责任单位：区人社局（牵头），区教育局
第二条 支持创业。建成孵化面积超过10万平方米。责任单位：区科技局、区财政局。
"""

WEB = (
    "<p><strong>镜湾市人才三年行动计划</strong></p><p>（2019-2021年）</p>"
    "<p>一、主要目标</p><p>&nbsp;&nbsp;全市新增人才15万<br/>人，引进团队<span style='x'>6</span>0<br>个。</p>"
    "<p>二、主要任务</p><p>1.遴选人才。遴选&ldquo;镜湖英才&rdquo;50名左右。（责任单位：市委组织部）</p>"
    "<p>三、服务保障</p><p>2.筹集住房。筹集住房５０００套。（责任单位：市建设局）</p>"
)

TABLED = """青陶区人才计划（2020—2022年）

一、任务

1、引育工匠。引育工匠90名。
2、建设平台。建设平台4个。

附件：任务分工表
序号\t任务\t牵头单位\t配合单位\t完成时限
1\t引育工匠\t区人社局\t区总工会、区教育局\t2022年底
2\t建设平台\t区科技局\t区财政局\t2021年底
"""


def measure(body: str) -> Measure:
    """The one measure of a plan whose text is ``body``."""
    reading = read_plan(f"{HEAD}1. 做好工作。{body}（责任单位：市人社局）")
    assert [m.number for m in reading.measures] == [0, 1]
    return reading.measures[1]


def targets(body: str) -> tuple[Target, ...]:
    return measure(body).targets


def all_targets(reading: Reading) -> list[Target]:
    return [target for m in reading.measures for target in m.targets]

"""The kind of answer a question wants, and what a sentence must hold to give it.

Patterns speak of the language alone: numerals, units, words of time and office. A question of a strict
kind (an amount, a date, a definition …) is not answered by a sentence that is only about the topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "frequency", "duration", "date", "time", "money", "share", "amount", "person", "contact",
    "definition", "penalty", "who", "parts", "list", "content",
]  # fmt: skip

STRICT: frozenset[Kind] = frozenset(
    {"frequency", "duration", "date", "time", "money", "share", "amount", "person", "contact", "definition"}
)
NAMES: dict[Kind, str] = {
    "frequency": "多久一次",
    "duration": "时间长短",
    "date": "具体日期",
    "time": "具体时间",
    "money": "具体金额",
    "share": "具体比例",
    "amount": "具体数量",
    "person": "具体人选",
    "contact": "联系方式",
    "definition": "其含义",
    "penalty": "处罚",
}

_ASKS: tuple[tuple[Kind, str], ...] = (
    ("contact", r"电话|联系方式|手机号|邮箱|网址|二维码|地址(在哪|是)"),
    ("money", r"多少钱|几块钱|多少(万|亿)?元|多少经费|(经费|资金|费用|补贴|补助|奖金|预算|会费|工资|标准)[^，。？]{0,6}(是|有|要|给)?(多少|几[万千百])|花多少|金额"),
    ("share", r"百分之几|百分之多少|比例|占比|几成|多大(的)?比|百分比|达到多少|到多少|多少比率|几个百分点"),
    ("frequency", r"多久[^，。？前内]{0,14}[一1两]?[次回趟届]|多长时间[^，。？]{0,10}一?[次回]|几年[^，。？]{0,6}一次|几[次回趟]|多少[次回]|频率|频次|隔多(久|长)|每隔|多常|(一年|每年|半年|一个?月|一季度?)[^，。？]{0,6}几"),
    ("date", r"几月几[号日]|哪一?天|几号|具体(日期|哪天)|截止(日期|时间)|最后期限|哪年哪月"),
    ("duration", r"多少(天|个?小时|个?月|年)|几(天|个?小时|个月)|(有效期|任期|公示期|保存期?|学时)[^，。？]{0,4}(多|几|是)"),
    ("frequency", r"多久|多长时间"),
    ("time", r"什么时[候间]|何时|啥时候?|哪一?年|几月|期限|时限|时间(要求|节点|限制|规定|安排)|(要求|规定)[^，。？]{0,3}时间|什么(阶段|期间)|时间上|何年"),
    ("amount", r"多少|几[个家名人项种类篇份条位场支所期件]|数量|人数|多大(规模|数)|数目|几多|名额"),
    ("definition", r"(是|指的?是?)(什么|啥)(意思|含义|概念)|什么意思|啥意思|什么是(?!.{0,12}(要求|内容))|(如何|怎么)(理解|定义|解释)|的?(定义|含义|概念|解释)(是|为)?(什么|啥)?$|何谓|何为|指(的是)?(什么|啥|哪)|是(啥|什么)(东西|玩意)"),
    ("person", r"(叫什么名字|姓名|姓什么|哪位(同志|领导|书记|同事))|(书记|主席|主任|会长|理事长|秘书长|负责人)(是|叫)(谁|哪位)|谁是[^，。？]{0,10}(书记|主席|主任|会长|理事长|秘书长|负责人)$"),
    ("penalty", r"罚(款|多少|什么)?|处罚|处分|追责|问责|后果|惩罚|违反了?[^，。？]{0,6}(怎么|会)"),
    ("who", r"谁|由哪|哪个(部门|单位|机构|组织)|哪些(部门|单位|人)|什么(人|部门|单位)|哪级|哪一级|归谁|归哪|啥人"),
    ("parts", r"(哪|有)[几些][^，。？]{0,3}[类种项个方面点级]|哪[两三四五六七八九十\d]{1,2}[大个类种项方面位]|包括(哪|什么|啥)|(分别|各)(是|指|怎么|由|有|管)|具体(是)?(哪|指)"),
    ("list", r"哪些|有哪|哪几|列出|都有(什么|啥)|有(什么|啥)|什么样的|罗列"),
)  # fmt: skip

_N = r"[\d一二三四五六七八九十百千万两半几]"
_BODY = (
    r"党委|党组|支部|书记|部门|单位|机构|委员会|科协|学会|协会|研究会|社团|组织|秘书|理事|监事|领导|政府|主任|"
    r"[局处厅办院所队会]|负责人|同志|人员|专家|干部|党员|教师|医生|企业|第三方|代表|公民|法人"
)
_HOLDS: dict[Kind, str] = {
    "frequency": (
        rf"每(半|{_N}*)个?(年|季度?|月|周|星期|天|日|旬|届|次|学期)|{_N}年{_N}次|"
        rf"(年内|一年|全年|年度|季度|半年|每年)[^，。；]{{0,10}}{_N}+次|不?定期|常态化|经常(性|化)|逐年|按年度|年度|适时|及时"
    ),
    "duration": rf"{_N}+\s*(个)?(工作日|天|日|小时|月|年|周|学时)(?!度)",
    "date": r"\d{1,2}\s*月(\s*\d{1,2}\s*日)?|\d{4}\s*年\s*\d|[一二三四五六七八九十]月",
    "time": (
        r"\d{4}\s*年|\d+\s*月|年[内底初末中]|全年|月底|季度|[上下]半年|半年|之?前(完成|上报|报|印发)?|以前|期间|日内|"
        r"适时|定期|及时|同步|召开后|(换届|成立|会议|结束|届满)(后|时|前)|每[年月季周半]|长期|常态化|首先|第一时间"
    ),
    "money": rf"{_N}+\s*(多|余)?\s*[万亿]?元|\d+\s*[万亿]",
    "share": rf"\d+(\.\d+)?\s*[%％‰]|百分之{_N}+|{_N}成(?![立为果员就])|{_N}+分之{_N}+|个百分点|半数|过半|全部|全覆盖",
    "amount": (
        rf"{_N}+\s*[多余]?\s*(以上|以下)?\s*(个|家|名|人|项|种|类|篇|份|条|位|场|支|所|期|件|次|批|元|%|％|万|亿|大|对|周年)"
        r"|百分之|\d"
    ),
    "person": r"(书记|主席|主任|会长|理事长|秘书长|负责人)[：:]?\s*[\u4e00-\u9fff]{2,3}(同志)",
    "contact": r"\d{7,}|[\w.]+@[\w.]+|https?://|www\.|电话[：:]",
    "definition": r"是指|指的是|所称|即(?!可|时|日|将|使)|（以下简称|包括[^，。；]*[、和]|是(?!否|非)[^，。；]{4,}(的|纽带|力量|部分|机构|组织|制度|活动)",
    "penalty": r"处罚|罚款|处分|追究|问责|责令|通报批评|整改|撤销|取消|警告|限期|除名|退出",
    "who": _BODY,
    "parts": r"、|；|;|一是|（一）|分为|包括",
}  # fmt: skip

_ASKING = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKS)
_HOLDING = {kind: re.compile(pattern) for kind, pattern in _HOLDS.items()}
_UNIT = re.compile(r"(?:多少|几)\s*([个家名人项种类篇份条位场支所期件次批岁届台套座])")
_COUNTED = r"(?:{n})+\s*[多余]?\s*(?:以上)?\s*(?:{units})"
# Units that count the same things: 多少家 is answered by 30 个 as well.
_SAME_UNITS: tuple[frozenset[str], ...] = (
    frozenset("个家所座支台套"),
    frozenset("名人位个"),
    frozenset("项种类条个大"),
    frozenset("篇份件个"),
    frozenset("场次期届批个"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of answer that is wanted, and for an amount the unit it is counted in."""

    kind: Kind = "content"
    unit: str | None = None

    @property
    def strict(self) -> bool:
        """Whether a sentence without such a thing is no answer."""
        return self.kind in STRICT

    @property
    def name(self) -> str:
        """What is wanted, in Chinese."""
        return NAMES.get(self.kind, "所问的内容")

    def fits(self, text: str) -> bool:
        """Whether a text holds a thing of the kind; always true for kinds without a form."""
        pattern = _HOLDING.get(self.kind)
        if pattern is None:
            return True
        if self.unit is not None:
            return _counted(self.unit).search(text) is not None
        return pattern.search(text) is not None

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where in a text things of the kind stand."""
        pattern = _counted(self.unit) if self.unit else _HOLDING.get(self.kind)
        return [found.span() for found in pattern.finditer(text)] if pattern else []


def wanted_in(folded: str) -> Wanted:
    """The kind of answer that a folded question wants."""
    kind: Kind = next((kind for kind, pattern in _ASKING if pattern.search(folded)), "content")
    unit = _UNIT.search(folded) if kind == "amount" else None
    return Wanted(kind, unit[1] if unit else None)


def without_asking(folded: str) -> str:
    """A question without the words that only say what kind of answer is wanted."""
    for kind, pattern in _ASKING:
        if kind not in ("money", "penalty", "contact"):
            folded = pattern.sub(" ", folded)
    return folded


def _counted(unit: str) -> re.Pattern[str]:
    same = next((units for units in _SAME_UNITS if unit in units), frozenset(unit))
    return re.compile(_COUNTED.format(n=_N, units="|".join(sorted(same | {unit}))))

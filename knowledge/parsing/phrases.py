"""Set phrases of official documents: kinds, dates, signatures, imprints, markers of attachments.

All patterns are for text whose whitespace is gone (`knowledge.reading.lines.compact`).
"""

from __future__ import annotations

import re

from knowledge.language.numerals import ONE_TO_NINE, ONE_TO_TEN, to_number

KINDS = (
    "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案",
    "函", "纪要", "条例", "规定", "办法", "细则", "规则", "方案", "要点", "规划", "计划", "预案", "章程",
    "制度", "措施", "解读", "标准", "名单", "清单", "准则", "守则", "公约", "纲要", "指南", "指引", "规程",
    "讲话", "倡议书", "修正案", "解释", "一览表", "分工表", "任务分解", "目录", "表", "法", "令", "宪法",
)  # fmt: skip
_TAIL = re.compile(r"(?:[（(][^（()）]{1,12}[)）]|试行|暂行)+$")
_DAY = rf"(?P<m>\d{{1,2}}|[{ONE_TO_TEN}]{{1,3}})月(?:(?P<d>\d{{1,2}}|[{ONE_TO_TEN}]{{1,3}})日)?"
DATE = re.compile(rf"(?P<y>\d{{4}}|[{ONE_TO_NINE}零○〇OＯ]{{4}})年{_DAY}")
SIGNED = re.compile(rf"(?P<organ>[\u4e00-\u9fff（）()、]{{2,40}}?)(?P<date>{DATE.pattern})")
IMPRINT = re.compile(rf"(?P<organ>.{{2,40}}?)(?P<date>{DATE.pattern})印发.{{0,6}}")
COPIES = re.compile(r"(?:抄送|抄报|主送|主题词|分送|印制|共印)[：:]?.*")
MARKER = re.compile(rf"附[件表录]?(?P<n>[{ONE_TO_TEN}]{{1,3}}|\d{{1,2}})?(?P<colon>[：:]?)")
TITLED_MARKER = re.compile(
    rf"附[件表录](?P<n>[{ONE_TO_TEN}]{{1,3}}|\d{{1,2}})[：:．.\s　-]*(?P<title>[^。；]{{2,60}})"
)
CONTACT = re.compile(
    r"(?:[（(]?(?:联系人|联系方式|联系电话|联络员|咨询电话|通讯地址|联系地址|电子邮箱|电子邮件|申报邮箱|邮箱"
    r"|传真|邮编|电话)(?:及[^：:]{1,8})?(?:[：:].{0,80})?)"
)


def is_title_end(text: str) -> bool:
    """Whether the text ends as a title does: with a word for a kind of document."""
    bare = _TAIL.sub("", text.rstrip("》”〉"))
    return any(bare.endswith(kind) for kind in KINDS)


def is_date(bare: str) -> bool:
    """Whether the line, whitespace gone, is a date and nothing else."""
    return len(bare) <= 16 and DATE.fullmatch(bare) is not None


def iso_date(bare: str) -> str | None:
    """The first date in the text as 2022-03-08, or 2001-04 without a day; None when there is none."""
    found = DATE.search(bare)
    if found is None:
        return None
    month, day = to_number(found["m"]), to_number(found["d"]) if found["d"] else None
    year = to_number(found["y"])
    if year is None or month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day is not None else "")


def is_signed(bare: str) -> bool:
    """Whether the line, whitespace gone, is a signature with its date: 某某局2022年3月8日."""
    return len(bare) <= 56 and SIGNED.fullmatch(bare) is not None and "于" not in bare


def kind_of(title: str) -> str | None:
    """The kind of document that a title ends with: 通知, 条例; None when it names none."""
    bare = _TAIL.sub("", title.rstrip("》”〉"))
    found = [kind for kind in KINDS if bare.endswith(kind)]
    return max(found, key=len) if found else None

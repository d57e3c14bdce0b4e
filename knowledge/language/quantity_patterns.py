"""The words of quantities, as regular expressions: numerals, units, bounds, list numbers."""

from __future__ import annotations

import re

from knowledge.language.numerals import ONE_TO_NINE

NUMERALS = "零〇○一二两三四五六七八九十百千万亿"
BELOW_HUNDRED = NUMERALS[:14]
# Bounded, so that no text takes long.
_N = rf"(?:\d{{1,15}}(?:,\d{{3}}){{0,4}}(?:\.\d{{1,6}})?[百千万亿]{{0,3}}|[{NUMERALS}]{{1,15}})"
YEAR = rf"(?:(?:19|20)\d{{2}}|[一二][九〇零○][〇零○{ONE_TO_NINE}]{{2}})"
_THINGS = "方面|部分|" + "|".join("个家所座支台套名位人项种类篇份件样大对本部张册栏条点款章节门户只组片")
_EVENTS = "次|场|届|期|批|轮|遍|回"
PERIODS = "工作日|星期|周年|周岁|小时|学时|学期|季度|世纪|分钟|年|月|天|日|周|季|岁"
QUANTITY = re.compile(
    rf"(?P<document>[\u4e00-\u9fff]{{0,3}}[〔\[(【](?:19|20)\d{{2}}[〕\])】]第?\d{{1,4}}号)"
    rf"|(?P<date>(?<![\d.]){YEAR}年(?:度|(?:{_N}月(?:{_N}[日号])?)?)"
    rf"|(?<![\d.])(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d)|{_N}月{_N}[日号]|{_N}月(?:份|底|初|中旬?)?(?!内))"
    rf"|(?P<rate>(?:每隔?|按)(?:半|{_N})?个?(?:{PERIODS})度?|(?<![\d半上下本])年度|(?:半|{_N})个?(?:年|季度?|月|周|星期|天|日)(?=[^，。；,;内]{{0,8}}?{_N}[次回遍]))"
    rf"|(?P<share>\d+(?:\.\d+)?[%‰]|百分之{_N}|{_N}成(?![立为果员就功长本分])|{_N}分之{_N}|百分百|半数|[过一]半(?!年))"
    rf"|(?P<ordinal>第{_N}(?:{_THINGS}|{_EVENTS}|{PERIODS}|号))"
    rf"|(?P<money>{_N}[多余]?元)"
    rf"|(?P<period>{_N}[多余]?个?(?:{PERIODS}))"
    rf"|(?P<event>{_N}[多余]?个?(?:{_EVENTS}))"
    rf"|(?P<thing>{_N}[多余]?(?:{_THINGS}))"
    rf"|(?P<bare>\d+(?:,\d{{3}})*(?:\.\d+)?[万亿]?"
    rf"|[{ONE_TO_NINE}]?[百千]?[零]?[{ONE_TO_NINE}]?十[{ONE_TO_NINE}]?(?![\u4e00-\u9fff])"
    rf"|[{ONE_TO_NINE}]十[{ONE_TO_NINE}]?)"
)
NUMERAL = re.compile(_N)
TIMES = re.compile(rf"[^，。；,;]{{0,14}}?({_N})[次回遍]")
ENUMERATOR = re.compile(
    rf"(?:(?<=^)|(?<=[。；;：:，,\n]))[(（]?(?:\d{{1,2}}|[{NUMERALS}]{{1,3}})(?:[)）、]|\.(?!\d))"
)
ENCLOSED = re.compile("[\u2460-\u249b\u2776-\u2793]")
# A bound stands before its number or behind it: 不少于30家, 30家以上.
BOUNDS = (
    (
        "least",
        r"(?:不少于|不低于|不小于|至少|最少|最短|起码|(?<!不)(?:超过|高于|大于|多于)|突破|逾)(?:达?到?)$",
        r"以上|多(?!数)|余|起(?!来)",
    ),
    (
        "most",
        r"(?:不超过|不多于|不高于|不大于|至多|最多|最长|(?<!不)(?:低于|少于)|不足|不满|不到)$",
        r"以下|以内|之内|内(?!部|容|涵|外|控)",
    ),
    ("about", r"(?:大约|约|近|将近|差不多|接近)$", r"左右|上下(?!联)"),
)
# 一个, 一批: an article in front of a noun rather than a count.
ARTICLE = re.compile(
    "^一(?:个|种|批|项|份|套|名|位|类|样|条|点|部分|方面|家|支|所|大|期|场|部|本|张|组|片|对|门)$"
)

"""Regions of China, as documents and people name them.

Names and one-character abbreviations of the 34 provincial units are those of the administrative
divisions of the PRC (GB/T 2260); the abbreviation opens the document number of a provincial body
(渝科协社党发 = 重庆). `全国` is the region of national bodies.
"""

from __future__ import annotations

import re

NATIONAL = "全国"

# short name -> (suffix of the full name, abbreviations)
_PROVINCES: dict[str, tuple[str, str]] = {
    "北京": ("市", "京"),
    "天津": ("市", "津"),
    "河北": ("省", "冀"),
    "山西": ("省", "晋"),
    "内蒙古": ("自治区", "蒙"),
    "辽宁": ("省", "辽"),
    "吉林": ("省", "吉"),
    "黑龙江": ("省", "黑"),
    "上海": ("市", "沪"),
    "江苏": ("省", "苏"),
    "浙江": ("省", "浙"),
    "安徽": ("省", "皖"),
    "福建": ("省", "闽"),
    "江西": ("省", "赣"),
    "山东": ("省", "鲁"),
    "河南": ("省", "豫"),
    "湖北": ("省", "鄂"),
    "湖南": ("省", "湘"),
    "广东": ("省", "粤"),
    "广西": ("壮族自治区", "桂"),
    "海南": ("省", "琼"),
    "重庆": ("市", "渝"),
    "四川": ("省", "川蜀"),
    "贵州": ("省", "贵黔"),
    "云南": ("省", "云滇"),
    "西藏": ("自治区", "藏"),
    "陕西": ("省", "陕秦"),
    "甘肃": ("省", "甘陇"),
    "青海": ("省", "青"),
    "宁夏": ("回族自治区", "宁"),
    "新疆": ("维吾尔自治区", "新"),
    "香港": ("特别行政区", "港"),
    "澳门": ("特别行政区", "澳"),
    "台湾": ("省", "台"),
}

_BY_ABBREVIATION = {mark: name for name, (_, marks) in _PROVINCES.items() for mark in marks}
_NAME = re.compile("|".join(sorted(_PROVINCES, key=len, reverse=True)))
_NATIONAL_ISSUER = re.compile(
    r"^(中共中央|中华人民共和国|国务院|全国|中国|最高人民|"
    r"[\u4e00-\u9fff]{2,6}部(办公厅)?$|国家)"
)


def provinces() -> tuple[str, ...]:
    """The short names of all provincial units."""
    return tuple(_PROVINCES)


def names_of(region: str) -> tuple[str, ...]:
    """Every way to write a region: 重庆, 重庆市, 渝; another name has no other form."""
    if region == NATIONAL:
        return (NATIONAL, "国家级", "中央")
    if region not in _PROVINCES:
        return (region,)
    suffix, marks = _PROVINCES[region]
    short_suffix = {"壮族自治区": "区", "回族自治区": "区", "维吾尔自治区": "区"}.get(suffix, suffix)
    return tuple(dict.fromkeys((region, region + suffix, region + short_suffix, *marks)))


def regions_in(text: str) -> tuple[str, ...]:
    """The provincial units named in full in a text, in the order of the text."""
    return tuple(dict.fromkeys(_NAME.findall(text)))


def region_of(issuer: str | None, title: str, number: str | None) -> str | None:
    """The region a document's own header names; None where it names none.

    In the order of certainty: issuer, title, first character of the document number, and at last an
    issuer that is a national body. The name of any other body says nothing.
    """
    for text in (issuer or "", title):
        if found := regions_in(text):
            return found[0]
    if number and number[0] in _BY_ABBREVIATION:
        return _BY_ABBREVIATION[number[0]]
    if issuer and _NATIONAL_ISSUER.match(issuer):
        return NATIONAL
    return None

from dataclasses import replace

import pytest

from bot.understanding.mentions import mentions_in
from knowledge.items import Document, Header
from knowledge.scope import Scope


def document(name: str, title: str, region: str, year: int, issuer: str | None = None) -> Document:
    return Document(name, name, "", Header(title=title, region=region, year=year, issuer=issuer), ())


DOCUMENTS = (
    document("y", "四川省图书馆2021年工作要点", "四川", 2021),
    document("i", "关于推进全民阅读的意见", "四川", 2020),
    document("h", "湖南省图书馆2021年工作要点", "湖南", 2021),
    document("n", "关于开展普查的通知", "全国", 2021, issuer="国家图书馆学会"),
)


def named(text: str) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    found = mentions_in(text, DOCUMENTS, lambda _: False)
    return [side.documents for side in found.groups], found.absent


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("四川怎么做", [("i", "y")]),
        ("四川工作要点怎么说", [("y",)]),
        ("《意见》第2条", [("i",)]),
        ("意见里怎么说", [("i",)]),
        ("四川2021年怎么说", [("y",)]),
        ("四川和湖南", [("i", "y"), ("h",)]),
        ("意见和湖南写法有什么差别", [("i",), ("h",)]),
        ("图书馆2021年工作要点", [("h", "y")]),
        ("国家图书馆学会那份", [("n",)]),
        ("全国那份通知里", [("n",)]),
        ("hunan怎么做", [("h",)]),
        ("四穿怎么做", [("i", "y")]),
        ("怎么做", []),
        ("阅读那个意见", [("i",)]),
        ("阅读的那份意见怎么说", [("i",)]),
        ("清点有什么规定", []),
        ("关于清点的规定", []),
        ("关于清点的办法是什么", []),
    ],
)
def test_sides(text: str, sides: list[tuple[str, ...]]) -> None:
    assert named(text)[0] == sides


def test_names_that_do_not_meet_are_absent_together() -> None:
    assert named("湖南2020年要点") == ([], ("湖南2020年要点",))
    assert named("北京怎么做") == ([], ("北京",))


def test_a_date_that_is_spoken_of_is_no_scope() -> None:
    assert named("湖南的要点是2020年3月印发的吧") == ([("h",)], ())


def test_a_plain_scope_is_told_by_region_and_year() -> None:
    found = mentions_in("湖南2021年怎么做", DOCUMENTS, lambda _: False)
    assert found.scope == Scope(regions=("湖南",), years=(2021,))
    assert found.rest.split() == ["怎么做"]


def test_a_serial_number_names_its_document() -> None:
    numbered = tuple(
        replace(d, header=replace(d.header, number=f"川图发〔2021〕{n}号"))
        for d, n in zip(DOCUMENTS, (5, 15, 7, 8), strict=True)
    )

    def of(text: str) -> list[tuple[str, ...]]:
        return [side.documents for side in mentions_in(text, numbered, lambda _: False).groups]

    assert of("5号文怎么说") == of("5号文件怎么说") == [("y",)]
    assert of("15号文怎么说") == [("i",)]
    assert of("9号文怎么说") == of("5号楼怎么走") == []


@pytest.mark.parametrize("title", ["《四川省养老服务条例》", "《关于加强消防工作的通知》"])
def test_a_title_that_is_not_there_is_absent(title: str) -> None:
    assert named(f"{title}第2条") == ([], (title,))


def test_a_title_that_the_documents_speak_of_is_a_topic() -> None:
    found = mentions_in("《消防条例》怎么学", DOCUMENTS, lambda word: word == "消防条例")
    assert (found.groups, found.absent) == ((), ())

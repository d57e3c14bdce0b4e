import pytest

from knowledge.errors import UnknownScope
from knowledge.items import Document, Header
from knowledge.scope import Scope, check, select


def document(name: str, region: str | None, year: int | None, issuer: str | None = None) -> Document:
    return Document(name, f"{name}.txt", "", Header(title=name, region=region, year=year, issuer=issuer), ())


DOCUMENTS = [document("a", "福建", 2022), document("b", "福建", 2023), document("c", None, 2022, "市科协")]


def test_fields_must_all_agree() -> None:
    assert [d.id for d in select(DOCUMENTS, Scope(regions=("福建",), years=(2022,)))] == ["a"]
    assert [d.id for d in select(DOCUMENTS, Scope(regions=("福建省",)))] == ["a", "b"]
    assert [d.id for d in select(DOCUMENTS, Scope())] == ["a", "b", "c"]


def test_a_document_that_does_not_say_is_not_in_scope() -> None:
    assert [d.id for d in select(DOCUMENTS, Scope(regions=("福建",)))] == ["a", "b"]


def test_fields_that_do_not_meet_select_nothing() -> None:
    assert select(DOCUMENTS, Scope(documents=("c",), years=(2023,))) == ()


def test_the_outer_scope_wins() -> None:
    inner, outer = Scope(regions=("福建",), years=(2023,)), Scope(years=(2022,))
    assert inner.within(outer) == Scope(regions=("福建",), years=(2022,))


@pytest.mark.parametrize(
    ("scope", "word"),
    [
        (Scope(documents=("x",)), "文件“x”"),
        (Scope(regions=("江西",)), "地区“江西”"),
        (Scope(years=(1999,)), "年份“1999”"),
        (Scope(issuers=("省长",)), "发文机关“省长”"),
    ],
)
def test_an_unknown_value_is_named_with_those_there_are(scope: Scope, word: str) -> None:
    with pytest.raises(UnknownScope, match=word):
        check(DOCUMENTS, scope)


def test_known_values_pass() -> None:
    check(DOCUMENTS, Scope(("a",), ("福建",), (2022,), ("市科协",)))


def test_a_scope_in_words() -> None:
    assert Scope(regions=("福建",), years=(2023,)).words() == "福建、2023年"
    assert Scope().words() == "全部文件"

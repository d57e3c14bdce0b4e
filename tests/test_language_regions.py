import pytest

from knowledge.language.regions import (
    NATIONAL,
    names_of,
    provinces,
    region_of,
    regions_in,
)


def test_all_34_provincial_units() -> None:
    assert len(provinces()) == 34


def test_names_of_a_region() -> None:
    assert names_of("重庆") == ("重庆", "重庆市", "渝")
    assert "广西壮族自治区" in names_of("广西")
    assert names_of("测试县") == ("测试县",)


def test_regions_in_a_text_in_its_order() -> None:
    assert regions_in("江西和内蒙古、江西") == ("江西", "内蒙古")


@pytest.mark.parametrize(
    ("issuer", "title", "number", "region"),
    [
        ("中共福建省科协科技社团行业委员会", "", None, "福建"),
        ("市科协", "关于重庆市某事的通知", None, "重庆"),
        (None, "工作要点", "赣科社党字〔2022〕2号", "江西"),
        ("国务院办公厅", "关于某事的意见", "国办发〔2019〕4号", NATIONAL),
        ("教育部", "通知", None, NATIONAL),
        ("市科协", "通知", None, None),
        (None, "通知", None, None),
    ],
)
def test_the_region_that_a_header_names(
    issuer: str | None, title: str, number: str | None, region: str | None
) -> None:
    assert region_of(issuer, title, number) == region

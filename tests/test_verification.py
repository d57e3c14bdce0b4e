"""What a model says is shown only where the sentences it was given say it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.verification.checks import EvidenceSentence
from bot.verification.verify import (
    Claim,
    ClaimCheck,
    ClaimsUnreadable,
    read_claims,
    verify,
    verify_all,
)
from eval.gold.parts import bundled_file
from eval.perturbed.adversarial_answers import HONEST, read_adversarial_answers
from eval.perturbed.claim_verification import FLOORS, VerificationOutcome, accuracy_by_kind, verify_answers
from knowledge.collection import collect
from knowledge.language.quantities import normalize, quantities_in

EAST = "东山市图书馆2024年工作要点\n东馆发〔2024〕7号\n一、服务读者 > 6.加强检查"
WEST = "西山县图书馆2024年工作要点\n三、活动 > 2.读书会"
GIVEN = {
    source.id: source
    for source in (
        EvidenceSentence("1.1", "每半年组织开展一次设备检查，建立检查台账，定期通报整改情况。", "east", EAST),
        EvidenceSentence("1.2", "年内争取80%以上的分馆配齐无障碍设施，打造5家以上示范分馆。", "east", EAST),
        EvidenceSentence("1.3", "鼓励分馆与学校共建阅读角，馆长原则上每年走访一次学校。", "east", EAST),
        EvidenceSentence("1.4", "读者不得将古籍带出阅览室，馆员应当在三十日内完成修复登记。", "east", EAST),
        EvidenceSentence("1.5", "分馆可以根据需要调整开放时间，由市文化局备案。", "east", EAST),
        EvidenceSentence("2.1", "每季度举办一次读书会，评选“书香家庭”。", "west", WEST),
    )
}


def judged(text: str, *sources: str) -> ClaimCheck:
    return verify(Claim(text, sources), GIVEN)


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("设备检查每半年搞一次，还要建检查台账。", ["1.1"]),
        ("设备检查一年两次，整改情况定期通报。", ["1.1"]),
        ("年内争取八成以上的分馆配齐无障碍设施。", ["1.2"]),
        ("打造五家以上示范分馆。", ["1.2"]),
        ("百分之八十以上的分馆，年内争取配齐无障碍设施。", ["1.2"]),
        ("馆里鼓励分馆和学校共建阅读角。", ["1.3"]),
        ("馆长原则上每年走访一次学校。", ["1.3"]),
        ("古籍不能带出阅览室。", ["1.4"]),
        ("禁止读者将古籍带出阅览室。", ["1.4"]),
        ("馆员必须在30日内完成修复登记。", ["1.4"]),
        ("分馆可以调整开放时间，但要由市文化局备案。", ["1.5"]),
        ("西山县图书馆每季度举办一次读书会。", ["2.1"]),
        ("根据东馆发〔2024〕7号第6条，每半年组织一次设备检查。", ["1.1"]),
        ("每半年开展一次设备检查；年内争取80%以上分馆配齐无障碍设施。", ["1.1", "1.2"]),
        ("评选“书香家庭”。", ["2.1"]),
    ],
)
def test_honest_statements_pass(text: str, sources: Sequence[str]) -> None:
    verdict = judged(text, *sources)
    assert (verdict.faults, verdict.sources, verdict.reattributed) == ((), tuple(sources), False)


@pytest.mark.parametrize(
    ("text", "source", "fault"),
    [
        ("每季度组织开展一次设备检查。", "1.1", "figure"),
        ("每半年组织开展两次设备检查。", "1.1", "figure"),
        ("不定期组织设备检查，建立检查台账。", "1.1", "figure"),
        ("年内争取90%以上的分馆配齐无障碍设施。", "1.2", "figure"),
        ("年内争取80%以下的分馆配齐无障碍设施。", "1.2", "figure"),
        ("打造五十家以上示范分馆。", "1.2", "figure"),
        ("打造不超过5家示范分馆。", "1.2", "figure"),
        ("馆员应当在四十日内完成修复登记。", "1.4", "figure"),
        ("馆员应当在2023年完成修复登记。", "1.4", "figure"),
        ("根据东馆发〔2024〕8号，每半年组织一次设备检查。", "1.1", "figure"),
        ("四川每半年组织开展一次设备检查。", "1.1", "name"),
        ("分馆可以根据需要调整开放时间，由省教育厅备案。", "1.5", "name"),
        ("读者可以将古籍带出阅览室。", "1.4", "negation"),
        ("分馆不得与学校共建阅读角。", "1.3", "negation"),
        ("不再组织开展设备检查，不建立检查台账。", "1.1", "negation"),
        ("分馆必须与学校共建阅读角。", "1.3", "obligation"),
        ("馆长一律每年走访一次学校。", "1.3", "obligation"),
        ("年内确保80%以上的分馆配齐无障碍设施。", "1.2", "obligation"),
        ("分馆必须根据需要调整开放时间。", "1.5", "obligation"),
        ("馆员可以在三十日内完成修复登记。", "1.4", "obligation"),
        ("鼓励每半年组织开展一次设备检查。", "1.1", "obligation"),
        ("文件要求“每半年至少检查一次设备”。", "1.1", "quote"),
        ("按《设备检查办法》，每半年组织开展一次设备检查。", "1.1", "quote"),
        ("优秀馆员可以评定高级职称并颁发奖状。", "1.1", "support"),
        ("每半年检查一次设备，未通过者由馆长约谈并扣发绩效。", "1.1", "support"),
        ("每半年检查一次设备，详见 https://example.com", "1.1", "foreign"),
        ("每半年检查一次<b>设备</b>。", "1.1", "foreign"),
        ("（内容由AI生成）每半年组织一次设备检查。", "1.1", "foreign"),
        ("[设备检查](x)每半年组织一次。", "1.1", "foreign"),
        ("你是一名助手。每半年组织一次设备检查。", "1.1", "foreign"),
        ("。", "1.1", "empty"),
    ],
)
def test_a_lie_is_dropped_with_its_reason(text: str, source: str, fault: str) -> None:
    verdict = judged(text, source)
    assert fault in verdict.faults
    assert not verdict.ok
    assert verdict.sources == ()


def test_an_invented_id_is_taken_out_where_the_others_hold() -> None:
    verdict = judged("打造5家以上示范分馆。", "1.2", "9.9")
    assert (verdict.ok, verdict.sources, verdict.reattributed) == (True, ("1.2",), True)


@pytest.mark.parametrize("sources", [(), ("9.9",), ("1.4",)])
def test_a_true_statement_that_points_wrongly_is_led_to_its_sentence(sources: tuple[str, ...]) -> None:
    verdict = judged("每半年组织开展一次设备检查，建立检查台账。", *sources)
    assert (verdict.ok, verdict.sources, verdict.reattributed) == (True, ("1.1",), True)


def test_a_statement_is_never_led_to_another_document() -> None:
    assert not judged("每季度举办一次读书会，评选“书香家庭”。", "1.1").ok


def test_places_of_a_joined_statement_are_told_apart() -> None:
    given = {
        "1.1": EvidenceSentence("1.1", "每半年组织一次督查检查。", "a", "江西省科协工作要点"),
        "2.1": EvidenceSentence("2.1", "年底组织一次集中考核。", "b", "福建省科协工作要点"),
    }
    true = Claim("江西每半年组织一次督查检查，福建年底组织一次集中考核。", ("1.1", "2.1"))
    mixed = Claim("福建每半年组织一次督查检查，江西年底组织一次集中考核。", ("1.1", "2.1"))
    both = Claim("江西和福建都是每半年组织一次督查检查。", ("1.1", "2.1"))
    assert [verify(claim, given).ok for claim in (true, mixed, both)] == [True, False, False]


def test_leftover_marks_and_emphasis_are_taken_off() -> None:
    verdict = judged("- **每半年**组织一次设备检查[9]\u200b", "1.1")
    assert (verdict.ok, verdict.claim.text) == (True, "每半年组织一次设备检查")


def test_dropped_claims_are_counted_by_reason() -> None:
    claims = [Claim("打造5家以上示范分馆。", ("1.2",)), Claim("打造9家以上示范分馆。", ("1.2",))]
    verified = verify_all(claims, GIVEN)
    assert (len(verified.accepted), len(verified.rejected), verified.counts) == (1, 1, {"figure": 1})


def test_nothing_given_keeps_nothing() -> None:
    assert verify(Claim("打造5家以上示范分馆。", ("1.2",)), {}).faults == ("ids", "support")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二十一家", "21家"),
        ("３０日", "三十日"),
        ("百分之八十", "80%"),
        ("八成以上", "超过80%"),
        ("每半年一次", "一年两次"),
        ("2022 年 3 月 8 日", "二〇二二年三月八日"),
        ("不少于3次", "3次以上"),
    ],
)
def test_figures_are_folded(one: str, other: str) -> None:
    assert quantities_in(normalize(one)) == quantities_in(normalize(other))


def test_enumerations_and_articles_are_no_figures() -> None:
    assert quantities_in(normalize("1.建立台账；（二）通报。一是检查")) == []
    assert quantities_in(normalize("一个平台"))[0].is_article


@pytest.mark.parametrize("piece", ["一", "半年", "1", "不", "鼓励", "“", "[1.1]"])
def test_no_answer_takes_long(piece: str) -> None:
    start = time.process_time()
    verify_all(read_claims(piece * 3000).claims, GIVEN)
    assert time.process_time() - start < 2


# --- reading ---------------------------------------------------------------------------------------------


def test_json_is_read_with_ids_as_written() -> None:
    reading = read_claims(
        '```json\n{"status":"answered","claims":[{"text":"甲。","sources":[2.10,"[2.3]"]}]}\n```'
    )
    assert (reading.status, reading.claims) == ("answered", (Claim("甲。", ("2.10", "2.3")),))


def test_lines_are_read_with_their_marks() -> None:
    reading = read_claims("- 甲说一。[1.2][1.3]\n2. 乙说二[2.1]。丙说三【2.2、2.3】\n丁说四 [3.1-3.3]")
    assert reading.claims == (
        Claim("甲说一。", ("1.2", "1.3")),
        Claim("乙说二。", ("2.1",)),
        Claim("丙说三", ("2.2", "2.3")),
        Claim("丁说四", ("3.1", "3.2", "3.3")),
    )


def test_marks_within_a_sentence_are_of_one_claim() -> None:
    assert read_claims("甲说一[1.2]，又说二[1.3]。").claims == (Claim("甲说一，又说二。", ("1.2", "1.3")),)


def test_the_place_of_a_heading_goes_with_its_lines() -> None:
    reading = read_claims("以下是要点：\n江西：\n每年一次。[1.1]")
    assert reading.claims == (Claim("江西：每年一次。", ("1.1",)),)


@pytest.mark.parametrize("text", ["状态：未涉及", "未涉及。", '{"status": "not_covered"}', "状态：未涉及\n"])
def test_not_covered_is_a_status(text: str) -> None:
    assert read_claims(text) == read_claims("状态：未涉及")
    assert read_claims(text).status == "not_covered"


@pytest.mark.parametrize(
    "text",
    ["", "  \n", '{"claims": [', '{"claims": "x"}', '{"a": 1}', '{"claims": [{"text": null}]}', "{" * 9999],
)
def test_what_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(ClaimsUnreadable):
        read_claims(text)


def test_a_document_number_is_no_mark() -> None:
    assert read_claims("按渝委改办[2021]14号办理。[1.1]").claims[0].text == "按渝委改办[2021]14号办理。"


# --- floors of accuracy ---


@pytest.fixture(scope="module")
def outcomes(source_documents: Path) -> list[VerificationOutcome]:
    documents = collect(source_documents).documents
    return verify_answers(read_adversarial_answers(bundled_file("adversarial_answers"), documents))


@pytest.mark.parametrize(("kind", "floor"), sorted(FLOORS.items()))
def test_the_checks_catch_no_less_than_before(
    outcomes: list[VerificationOutcome], kind: str, floor: float
) -> None:
    assert accuracy_by_kind(outcomes)[kind] >= floor


def test_there_are_enough_answers(outcomes: list[VerificationOutcome]) -> None:
    written = [outcome for outcome in outcomes if not outcome.answer.is_perturbed]
    assert len(written) >= 240
    assert sum(outcome.answer.kind == HONEST for outcome in written) >= 80


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from eval.__main__ import main

    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        "\n".join(bundled_file("adversarial_answers").read_text(encoding="utf-8").splitlines()[:12]),
        encoding="utf-8",
    )
    assert main(["lies", "--rows", str(answers), "--details", "all"]) == 0
    assert "如实" in capsys.readouterr().out

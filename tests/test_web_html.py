"""The functions of the page: what they return, without a browser."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.answer import Answer
from bot.answers.citations import Citation
from bot.answers.examples import examples
from bot.assistant import Assistant
from bot.web import document_view, transcript
from bot.web.assets import head
from bot.web.scope_picker import choices, scope_line
from bot.web.transcript import Transcript
from knowledge.items import Document, DocumentWarning, Header, Part
from knowledge.scope import Scope

INSPECTIONS = "重庆多久开展一次督查检查？"
HALF_YEARLY = "每半年组织开展一次督查检查"
BAD = '<img src=x onerror="window.ran=1"><script>window.ran=2</script>${window.ran=3}{{7*7}}\'"&`'


def hostile_document() -> Document:
    """A document every text of which is an attack."""
    part = Part(f"d{BAD}#1{BAD}", f"d{BAD}", "item", "1", "1." + BAD, BAD, (BAD,), BAD, BAD, (1, 1))
    header = Header(title=BAD, number=BAD, issuer=BAD, region=BAD, date=BAD, year=2022)
    return Document(f"d{BAD}", BAD, "", header, (part,), (DocumentWarning("x", BAD),))


def hostile_turns() -> Transcript:
    """A conversation every text of which is an attack."""
    cited = Citation(1, BAD, BAD, BAD, BAD, BAD, BAD, (BAD,), BAD, BAD, BAD)
    answer = Answer("clarify", BAD + "[1]", (cited,), suggestions=(BAD,), notice=BAD)
    return Transcript("s").with_turn(BAD, answer)


def test_nothing_from_documents_or_people_becomes_markup() -> None:
    document, said = hostile_document(), hostile_turns()
    pieces = [
        document_view.shelf([document]),
        document_view.document_page(document),
        document_view.missing_page(BAD),
        transcript.turns(said),
        transcript.sources(said),
        transcript.pending_turn(BAD, BAD),
        transcript.welcome([BAD]),
        transcript.hint(BAD),
    ]
    for piece in pieces:
        assert "<img" not in piece
        assert "<script" not in piece
        assert 'onerror="' not in piece


def test_cards_of_old_turns_keep_their_ids(assistant: Assistant) -> None:
    said = Transcript("s")
    for question in (INSPECTIONS, "《江西省科协科技社团党委2022年工作要点》第5条"):
        said = said.with_turn(question, assistant.ask(question))
    assert 'href="#t1-c1"' in transcript.turns(said)
    assert 'id="t1-c1"' in transcript.sources(said)
    assert 'class="cards shown" id="t2-sources"' in transcript.sources(said)


def test_talk_forgets_the_oldest_turns_and_keeps_the_numbers() -> None:
    said = Transcript("s")
    for number in range(5):
        said = said.with_turn(str(number), Answer("answered", ""), most=3)
    assert [turn.id for turn in said.turns] == ["t3", "t4", "t5"]


def test_copied_answer_carries_its_sources(assistant: Assistant) -> None:
    copied = transcript.copy_text(assistant.ask(INSPECTIONS))
    assert copied.splitlines()[-1] == (
        "[1]《中共重庆市科协科技社团委员会关于印发《市科协科技社团党委2022年工作要点》的通知》"
        f"（渝科协社党发〔2022〕5号）第6条：“{HALF_YEARLY}”"
    )


def test_marker_without_a_citation_stays_text(assistant: Assistant) -> None:
    answer = replace(assistant.ask(INSPECTIONS), text="甲[1]乙[7]")
    shown = transcript.turns(Transcript("s").with_turn("问", answer))
    assert "乙[7]" in shown
    assert shown.count('class="cite"') == 1


def test_examples_are_answered_by_the_documents(assistant: Assistant) -> None:
    asked = examples(assistant.documents)
    assert 4 <= len(asked) <= 6
    assert {q: assistant.ask(q).status for q in asked} == dict.fromkeys(asked, "answered")


def test_examples_of_no_documents() -> None:
    assert examples([]) == ()


def test_scope_in_words(assistant: Assistant) -> None:
    documents = assistant.documents
    ids = tuple(document.id for document in documents)
    assert scope_line(documents, Scope()) == "范围：全部文件"
    assert scope_line(documents, Scope(regions=("福建",), years=(2023,))) == "范围：福建、2023年"
    assert scope_line(documents, Scope(documents=ids)).endswith("等5份文件")
    assert [value for _, value in choices(documents)["years"]] == [2023, 2022]


def test_every_part_of_a_document_stands_on_its_page(assistant: Assistant) -> None:
    for document in assistant.documents:
        shown = document_view.document_page(document)
        assert shown.count('id="part-') == len(document.parts)


def test_page_names_no_other_server() -> None:
    assert "http" not in head().replace("http://www.w3.org/2000/svg", "")

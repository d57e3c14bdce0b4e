"""The pages of quizzes in a real browser: what a trainer does, and somebody who practises on a phone."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.assistant import Assistant
from tests.chromium import BAD, launched, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

KINDS = {"single": 1, "multiple": 1, "true_false": 1, "blank": 1, "short": 1}
Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    """A running server with everything."""
    from bot.server import create_app

    with served(create_app(assistant)) as given:
        yield given


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with launched() as started:
        yield started


@pytest.fixture
def open_(browser: Browser, address: str) -> Iterator[Open]:
    """Opens pages of the server, all in one profile; no error may come of the test but refusals."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(path: str, width: int = 1200, height: int = 900) -> Page:
        if not contexts:
            contexts.append(browser.new_context(locale="zh-CN", accept_downloads=True))
            contexts[0].grant_permissions(["clipboard-read", "clipboard-write"])
        page = watched(contexts[0], complaints)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    told = (
        "Failed to load resource: the server responded with a status of 4",
        "net::ERR_INTERNET_DISCONNECTED",
    )
    assert [line for line in complaints if not any(words in line for words in told)] == []


@pytest.fixture
def trainer(open_: Open) -> Page:
    """The trainer's page, ready."""
    page = open_("/quiz")
    page.wait_for_selector("#kinds input")
    return page


def wish(page: Page, kinds: dict[str, int], title: str = "六月测验", seed: int | None = None) -> None:
    """Fill in what is wanted."""
    for kind in KINDS:
        page.fill(f"#kinds [name={kind}]", str(kinds.get(kind, 0)))
    page.fill("#title", title)
    if seed is not None:
        page.fill("#seed", str(seed))


def make(page: Page, kinds: dict[str, int], title: str = "六月测验", seed: int | None = None) -> str:
    """Make a paper; its number."""
    wish(page, kinds, title, seed)
    before = page.url
    page.click("#go")
    page.wait_for_function("before => location.href !== before", arg=before)
    page.locator(".question").nth(sum(kinds.values()) - 1).wait_for()
    return page.url.partition("paper=")[2]


def approve(page: Page) -> None:
    """Approve the paper that is open."""
    page.click("#approve")
    page.click("dialog .main")
    page.wait_for_selector(".handed")


def kept(page: Page, number: str) -> dict[str, Any]:
    """The paper as the server has it."""
    answer: dict[str, Any] = page.evaluate("n => fetch(`/quiz/papers/${n}`).then(a => a.json())", number)
    return answer


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_a_paper_is_made_and_found_again(trainer: Page) -> None:
    number = make(trainer, KINDS, seed=7)
    assert trainer.inner_text("#paper h2") == "六月测验"
    assert trainer.locator(".question").count() == 5
    assert "合计\t5 题" in trainer.inner_text(".summary table")
    paper = kept(trainer, number)
    first = paper["questions"][0]
    assert trainer.locator(".source").first.get_attribute("href") == first["citation"]["url"]
    assert first["stem"] in trainer.inner_text(".question >> nth=0")
    trainer.reload()
    trainer.wait_for_selector(".question")
    trainer.locator(f"#papers [data-paper='{number}'][aria-current]").wait_for()


def test_the_choice_of_documents_and_sections_counts(trainer: Page) -> None:
    trainer.click("#none")
    assert trainer.locator("#documents input:checked").count() == 0
    trainer.click("#go")
    trainer.locator("#wish-wrong >> text=请至少选一份文件").wait_for()
    item = trainer.locator("#documents > ul > li").nth(0)
    item.locator("summary").click()
    item.locator(".section").nth(1).check()
    assert "已选 1 / 3 个部分" in item.inner_text()
    number = make(trainer, {"single": 3})
    paths = {question["citation"]["path"][0] for question in kept(trainer, number)["questions"]}
    assert paths == {"二、落实依章治会，优化日常管理"}


def test_what_cannot_be_made_is_told_and_what_was_typed_stays(trainer: Page) -> None:
    wish(trainer, {"short": 300}, "很多简答")
    trainer.click("#go")
    trainer.locator("#wish-wrong >> text=简答题最多").wait_for()
    assert trainer.input_value("#title") == "很多简答"
    assert trainer.input_value("#kinds [name=short]") == "300"
    assert trainer.is_enabled("#go")


def test_another_set_has_another_seed_and_back_leads_to_the_first(trainer: Page) -> None:
    number = make(trainer, {"single": 2}, seed=3)
    trainer.click("#another")
    trainer.wait_for_function("number => !location.href.includes(number)", arg=number)
    trainer.wait_for_selector("#paper:not([aria-busy]) .question")
    assert trainer.input_value("#seed") != "3"
    trainer.go_back()
    trainer.locator(".summary dd >> text='3'").wait_for()
    assert trainer.url.endswith(number)


def test_a_bar_shows_how_far_the_making_of_many_is(trainer: Page) -> None:
    trainer.evaluate(
        """() => {
            const place = document.querySelector("#making");
            const [bar, words] = ["progress", "p"].map(name => place.querySelector(name));
            window.seen = [];
            const look = () => window.seen.push([bar.hidden, words.textContent]);
            new MutationObserver(look).observe(place, {attributes: true, childList: true, subtree: true});
        }"""
    )
    make(trainer, {"single": 40, "true_false": 20})
    seen = trainer.evaluate("window.seen")
    assert [False, "正在出题：60 / 60"] in seen
    trainer.evaluate("window.seen = []")
    make(trainer, {"single": 5})
    assert all(hidden for hidden, _ in trainer.evaluate("window.seen"))


def test_one_question_is_replaced_in_its_place(trainer: Page) -> None:
    number = make(trainer, {"single": 3})
    before = kept(trainer, number)["questions"]
    trainer.locator("#question-1 >> text=换一题").click()
    trainer.locator("#spoken >> text=已换一题").wait_for(state="attached")
    after = kept(trainer, number)["questions"]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert after[1]["stem"] in trainer.inner_text("#question-1")


def test_an_edit_is_refused_with_its_reason_and_then_accepted(trainer: Page) -> None:
    number = make(trainer, {"blank": 1})
    trainer.click("text=修改")
    form = trainer.locator("form.edit")
    answer = form.locator("[name=text]").first.input_value()
    form.locator("[name=text]").first.fill("原文没有的话")
    form.locator("[type=submit]").click()
    form.locator(".wrong >> text=答案不在所引原文里").wait_for()
    form.locator("[name=text]").first.fill(answer)
    form.locator("[name=explanation]").fill("请看原文。")
    form.locator("select").select_option("hard")
    form.locator("[type=submit]").click()
    form.wait_for(state="detached")
    question = kept(trainer, number)["questions"][0]
    assert (question["explanation"], question["difficulty"], question["answer"][0]) == (
        "请看原文。",
        "hard",
        answer,
    )
    assert "请看原文。" in trainer.inner_text(".question")


def test_options_and_key_are_reworded_together(trainer: Page) -> None:
    number = make(trainer, {"single": 1})
    old = kept(trainer, number)["questions"][0]
    trainer.click("text=修改")
    trainer.click("text=添加选项")
    trainer.locator("form.edit [name=text]").last.fill("另一个想出来的选项")
    trainer.click("form.edit [type=submit]")
    trainer.wait_for_selector("form.edit", state="detached")
    new = kept(trainer, number)["questions"][0]
    assert new["options"] == [*old["options"], "另一个想出来的选项"]
    assert new["answer"] == old["answer"]


def test_leaving_with_an_unsaved_edit_asks(trainer: Page) -> None:
    number = make(trainer, {"single": 1})
    trainer.click("text=修改")
    trainer.fill("form.edit [name=stem]", "还没有写完的题干")
    asked: list[str] = []

    def decline(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    trainer.on("dialog", decline)
    trainer.click("#another")
    trainer.go_back()
    trainer.wait_for_function("number => location.href.includes(number)", arg=number)
    assert asked == ["confirm", "confirm"]
    assert trainer.input_value("form.edit [name=stem]") == "还没有写完的题干"
    trainer.click("text=问答")
    assert asked[-1] == "beforeunload"
    assert trainer.url.endswith(number)
    trainer.click("form.edit button >> text=取消")


def test_the_second_of_two_tabs_is_told(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 2})
    other = open_(f"/quiz?paper={number}")
    other.locator("#question-0 >> text=修改").click()
    trainer.locator("#question-0 >> text=修改").click()
    trainer.fill("form.edit [name=explanation]", "先保存的解析。")
    trainer.click("form.edit [type=submit]")
    trainer.wait_for_selector("form.edit", state="detached")
    other.fill("form.edit [name=explanation]", "后保存的解析。")
    other.click("form.edit [type=submit]")
    other.locator("form.edit .wrong >> text=试卷刚在别处改过").wait_for()
    assert other.input_value("form.edit [name=explanation]") == "后保存的解析。"
    assert "先保存的解析。" in other.inner_text("#question-0")
    assert kept(other, number)["questions"][0]["explanation"] == "先保存的解析。"
    other.click("form.edit [type=submit]")
    other.wait_for_selector("form.edit", state="detached")
    assert kept(other, number)["questions"][0]["explanation"] == "后保存的解析。"
    trainer.click("#approve")
    trainer.click("dialog .main")
    trainer.locator("#bar-wrong >> text=没有审定：试卷刚在别处改过").wait_for()
    assert kept(trainer, number)["state"] == "draft"


def test_an_edit_never_goes_to_another_question(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 2})
    other = open_(f"/quiz?paper={number}")
    other.locator("#question-0 >> text=修改").click()
    other.fill("form.edit [name=explanation]", "给原来那道题的解析。")
    trainer.locator("#question-0 >> text=换一题").click()
    trainer.locator("#spoken >> text=已换一题").wait_for(state="attached")
    for _ in range(2):
        other.click("form.edit [type=submit]")
        other.locator("form.edit .wrong >> text=这道题已在别处换成另一题").wait_for()
    assert "给原来那道题的解析。" not in json.dumps(kept(other, number), ensure_ascii=False)
    other.click("form.edit button >> text=取消")


def test_keys_are_shown_and_hidden_and_printed_clean(trainer: Page) -> None:
    make(trainer, {"single": 2})
    assert trainer.is_visible(".solution >> nth=0")
    trainer.uncheck("#keys")
    assert not trainer.is_visible(".solution >> nth=0")
    trainer.emulate_media(media="print")
    for hidden in (".top", "#wish", ".summary", ".files", ".bar", ".tools >> nth=0"):
        assert not trainer.is_visible(hidden)
    assert trainer.is_visible(".on-paper")


def test_files_come_and_open(trainer: Page, tmp_path: Path) -> None:
    from docx import Document
    from openpyxl import load_workbook

    number = make(trainer, KINDS, "导出 / 测验")
    names = ("wordstudent", "wordteacher", "excel", "qti", "json")
    saved = {name: download(trainer, name, tmp_path) for name in names}
    assert saved["wordstudent"].name == "导出 测验（学员版）.docx"
    assert "参考答案" not in "".join(p.text for p in Document(str(saved["wordstudent"])).paragraphs)
    assert load_workbook(saved["excel"])["题库"].max_row == 6
    assert zipfile.is_zipfile(saved["qti"])
    assert json.loads(saved["json"].read_text("utf-8"))["questions"] == kept(trainer, number)["questions"]


def download(page: Page, name: str, folder: Path) -> Path:
    """The file behind an export button."""
    with page.expect_download() as waiting:
        page.click(f"[data-format='{name}']")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_columns_of_the_excel_are_chosen_and_put_in_order(trainer: Page, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    make(trainer, {"true_false": 2})
    trainer.click(".excel summary")
    for tick in trainer.locator(".columns input").all():
        tick.uncheck()
    trainer.click("[data-format=columns]")
    trainer.locator(".files .wrong >> text=没有选任何列").wait_for()
    for name in ("题型", "题干", "答案"):
        trainer.check(f".columns input[value={name}]")
    trainer.click("[aria-label='题干：前移']")
    sheet = load_workbook(download(trainer, "columns", tmp_path))["题库"]
    assert [cell.value for cell in sheet[1]] == ["题干", "题型", "答案"]


def test_script_in_a_title_stays_text(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 1}, BAD)
    assert BAD == trainer.inner_text("#paper h2") == trainer.inner_text(f"[data-paper='{number}']")
    approve(trainer)
    phone = open_(f"/quiz/practice/{number}", 390, 844)
    phone.wait_for_selector("form")
    assert phone.inner_text("#name") == BAD
    for page in (trainer, phone):
        assert page.evaluate("window.ran") is None
        assert page.locator("img").count() == 0


def answer_rightly(page: Page, question: dict[str, Any]) -> None:
    """Give the key of the question that is shown."""
    if question["kind"] == "blank":
        for i, text in enumerate(question["answer"]):
            page.locator("[name=given]").nth(i).fill(text)
    elif question["kind"] == "short":
        page.fill("[name=text]", "写给自己的回答")
        page.click("text=对照要点")
        page.wait_for_selector(".choice")
        for tick in page.locator(".choice input").all():
            tick.check()
    else:
        for value in question["answer"]:
            page.locator(f".choice[data-value={value}]").click()


def next_(page: Page, sent: bool = False) -> None:
    """Send what is given, and go on."""
    if not sent:
        page.click("[type=submit]")
    page.click("#next")


def test_a_paper_is_practised_to_the_end_and_its_mistake_gone_over(open_: Open, trainer: Page) -> None:
    number = make(trainer, KINDS)
    approve(trainer)
    questions = kept(trainer, number)["questions"]
    phone = open_(f"/quiz/practice/{number}", 360, 740)
    wrong = questions[0]
    phone.locator("#place >> text=第 1 / 5 题").wait_for()
    right = wrong["answer"][0]
    phone.locator(f".choice:not([data-value={right}])").first.click()
    phone.click("[type=submit]")
    phone.wait_for_selector(".feedback.missed")
    assert phone.evaluate("document.activeElement.className").startswith("feedback")
    assert wrong["citation"]["quote"] in phone.inner_text(".feedback blockquote")
    assert phone.locator(".feedback .source").get_attribute("href") == wrong["citation"]["url"]
    assert sideways(phone) <= 0
    next_(phone, sent=True)
    for question in questions[1:]:
        phone.locator("#stem", has_text=question["stem"][:20]).wait_for()
        answer_rightly(phone, question)
        assert sideways(phone) <= 0
        next_(phone)
    phone.locator(".score >> text=16 / 18 分（89%）").wait_for()
    assert "还有 1 道错题" in phone.inner_text("#practice")
    phone.check("text=只看错题")
    assert phone.locator(".reviewed li:visible").count() == 1
    assert sideways(phone) <= 0
    phone.reload()
    phone.click("text=重做错题（1）")
    phone.locator("#place >> text=第 1 / 1 题").wait_for()
    answer_rightly(phone, wrong)
    phone.click("[type=submit]")
    phone.locator(".feedback.right >> text=不计入答题统计").wait_for()
    phone.click("#next")
    phone.locator("#practice >> text=没有错题了").wait_for()
    trainer.click(".statistics summary")
    trainer.wait_for_selector(".statistics table")
    row = trainer.inner_text(".statistics tbody tr >> nth=0")
    assert f"{right}✓：0" in row
    trainer.set_viewport_size({"width": 360, "height": 740})
    assert sideways(trainer) <= 0
    phone.click("text=从头再来")
    phone.locator("#place >> text=第 1 / 5 题").wait_for()


def test_practice_goes_by_keys_alone(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 1, "multiple": 1, "true_false": 1})
    approve(trainer)
    page = open_(f"/quiz/practice/{number}")
    for question in kept(trainer, number)["questions"]:
        page.locator("#stem", has_text=question["stem"][:20]).wait_for()
        key = question["answer"]
        for value in key:
            page.keyboard.press({"对": "1", "错": "2"}.get(value, value.lower()))
        page.keyboard.press("Enter")
        page.wait_for_selector(".feedback.right")
        page.keyboard.press("Enter")
    page.locator(".score >> text=100%").wait_for()


def test_closing_the_page_loses_nothing(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"blank": 2})
    approve(trainer)
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.locator("[name=given]").first.fill("写了一半")
    page.close()
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.wait_for_selector("form")
    assert page.locator("[name=given]").first.input_value() == "写了一半"
    page.click("[type=submit]")
    page.wait_for_selector(".feedback.missed")
    page.reload()
    page.wait_for_selector(".feedback.missed")
    next_(page, sent=True)
    page.locator("#place >> text=第 2 / 2 题").wait_for()


def test_an_answer_waits_for_the_server(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"true_false": 1})
    approve(trainer)
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.click(".choice >> nth=0")
    page.context.set_offline(True)
    page.click("[type=submit]")
    page.locator(".wrong >> text=您的答案已保留").wait_for()
    page.context.set_offline(False)
    assert page.is_checked(".choice input >> nth=0")
    assert page.inner_text("[type=submit]") == "重试"
    page.click("[type=submit]")
    page.wait_for_selector(".feedback")


def test_what_cannot_be_practised_is_told(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 1})
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.locator(".wrong >> text=还没有审定").wait_for()
    approve(trainer)
    page.click("text=重试")
    page.wait_for_selector("form")
    gone = open_("/quiz/practice/gone", 390, 844)
    gone.locator(".wrong >> text=没有编号为“gone”的试卷").wait_for()
    lost = open_("/quiz?paper=gone")
    lost.locator("#paper .wrong >> text=没有编号为“gone”的试卷").wait_for()


def test_the_link_for_practice_is_copied_whole(trainer: Page, address: str) -> None:
    number = make(trainer, {"single": 1})
    approve(trainer)
    trainer.click("text=复制链接")
    trainer.locator("text=已复制").first.wait_for(state="attached")
    assert trainer.evaluate("navigator.clipboard.readText()") == f"{address}/quiz/practice/{number}"
    assert trainer.locator("text=换一题").count() == 0


def test_no_scrolling_sideways_on_a_narrow_phone(open_: Open) -> None:
    page = open_("/quiz", 360, 740)
    page.wait_for_selector("#kinds input")
    assert sideways(page) <= 0
    make(page, KINDS, "一个很长很长的标题" * 8)
    assert sideways(page) <= 0
    page.locator("text=修改").first.click()
    page.click(".excel summary")
    assert sideways(page) <= 0
    approve(page)
    assert sideways(page) <= 0


def test_chat_leads_to_the_quizzes_and_back(open_: Open) -> None:
    page = open_("/", 360, 740)
    page.wait_for_selector("#spoken", state="attached")
    assert page.evaluate("document.querySelector('.top nav').getBoundingClientRect().right <= innerWidth")
    page.click("nav >> text=出题")
    page.wait_for_selector("#kinds input")
    page.click("nav >> text=文件")
    page.wait_for_selector(".entries")

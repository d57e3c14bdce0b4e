"""The trainer's page of quizzes in a real browser."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chromium import BAD
from tests.quiz_page import KINDS, Open, approve, kept, make, sideways, wish

if TYPE_CHECKING:
    from playwright.sync_api import Page


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

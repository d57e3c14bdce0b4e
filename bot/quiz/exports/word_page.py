"""An A4 paper in Word, written from top to bottom. The door to python-docx."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

BODY, HEADING, LATIN = "宋体", "黑体", "Times New Roman"
SIZE = 12.0  # 小四, in points
MARGIN = 2.5  # cm
LINE = 21.0 - 2 * MARGIN  # cm of text on A4
CHARACTER = SIZE * 2.54 / 72  # cm of a full-width character
SMALL, GREY = 6.5, 0x80
_THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def width(text: str) -> float:
    """How wide a text is, in full-width characters."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


class Page:
    """A Word document in the making; `data` gives its bytes.

    A paragraph is `joined` where it must stand on the same page as the one below.
    """

    def __init__(self, title: str) -> None:
        from docx import Document

        self._document: Any = Document()
        self._size()
        self._style("Normal", BODY, SIZE)
        self._style("Title", HEADING, 18.0)
        self._style("Heading 1", HEADING, 14.0)
        self._speak_chinese()
        self._number_pages()
        known = self._document.core_properties
        known.title, known.author, known.comments = title[:255], "要点", ""
        known.created = known.modified = datetime.now(UTC)

    def title(self, text: str, new_page: bool = False) -> None:
        """A centred title, on a new page where that is wanted."""
        paragraph = self._document.add_paragraph(text, style="Title")
        paragraph.paragraph_format.page_break_before = new_page
        self._centred(paragraph)

    def remark(self, text: str) -> None:
        """A centred line below the title."""
        self._centred(self._document.add_paragraph(text))

    def heading(self, text: str) -> None:
        """The heading of a section, never the last line of a page."""
        self._document.add_paragraph(text, style="Heading 1")

    def forms(self, labels: tuple[str, ...]) -> None:
        """One line in which people write: 姓名：____ 部门：____."""
        paragraph = self._document.add_paragraph("\t　".join(labels) + "\t")
        self._stops(
            paragraph, [LINE / len(labels) * order for order in range(1, len(labels) + 1)], ruled=True
        )
        paragraph.paragraph_format.space_after = self._points(12)

    def paragraph(
        self, text: str, indent: float = 0, hang: float = 0, joined: bool = False, small: str = ""
    ) -> None:
        """A paragraph, indented by so many characters, its first line `hang` characters less.

        `small` follows the text in small grey letters.
        """
        from docx.shared import RGBColor

        paragraph = self._paragraph(text, indent, hang, joined)
        if hang:  # a question, an option or a key begins
            paragraph.paragraph_format.space_before = self._points(3)
        if not text:
            paragraph.paragraph_format.line_spacing = 1.0
        run = paragraph.add_run(small)
        run.font.size = self._points(SMALL)
        run.font.color.rgb = RGBColor(GREY, GREY, GREY)

    def columns(self, texts: list[str], count: int, indent: float, joined: bool) -> None:
        """Short texts side by side, `count` to a line, as one paragraph."""
        rows = [texts[start : start + count] for start in range(0, len(texts), count)]
        paragraph = self._paragraph("\n".join("\t".join(row) for row in rows), indent, 0, joined)
        left = indent * CHARACTER
        self._stops(paragraph, [left + (LINE - left) / count * order for order in range(1, count)])

    def ruled(self, count: int) -> None:
        """So many empty lines to write on."""
        for order in range(1, count + 1):
            paragraph = self._paragraph("\t", 2, 0, joined=order < count)
            self._stops(paragraph, [LINE], ruled=True)
            paragraph.paragraph_format.line_spacing = 1.8  # room for handwriting

    def data(self) -> bytes:
        """The document as a .docx."""
        from docx.oxml.ns import qn

        for run in self._document.element.body.iter(qn("w:r")):
            # Without the hint Word takes “” and … for Latin and sets them too narrow.
            run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        target = BytesIO()
        self._document.save(target)
        return target.getvalue()

    def _paragraph(self, text: str, indent: float, hang: float, joined: bool) -> Paragraph:
        from docx.shared import Cm

        paragraph: Paragraph = self._document.add_paragraph(text)
        form = paragraph.paragraph_format
        form.left_indent, form.first_line_indent = Cm(indent * CHARACTER), Cm(-hang * CHARACTER)
        form.keep_with_next, form.keep_together = joined, True
        return paragraph

    def _stops(self, paragraph: Paragraph, places: list[float], ruled: bool = False) -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
        from docx.shared import Cm

        leader = WD_TAB_LEADER.LINES if ruled else WD_TAB_LEADER.SPACES
        for place in places:
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(place), WD_TAB_ALIGNMENT.LEFT, leader)

    def _centred(self, paragraph: Paragraph) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _points(self, size: float) -> Any:
        from docx.shared import Pt

        return Pt(size)

    def _size(self) -> None:
        from docx.shared import Cm

        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(MARGIN)
        section.top_margin = section.bottom_margin = Cm(2.5)

    def _style(self, name: str, chinese: str, size: float) -> None:
        """Black letters of that font and size; Chinese characters take the one named in w:eastAsia."""
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        style = self._document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = LATIN, self._points(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in _THEMES:  # the font of a theme would win
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), chinese)
        form = style.paragraph_format
        form.line_spacing = 1.35
        form.space_before, form.space_after = (self._points(0 if name == "Normal" else n) for n in (12, 6))
        for border in style.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)

    def _speak_chinese(self) -> None:
        """Chinese rules for breaking lines: no comma at the beginning of one."""
        from docx.oxml.ns import qn

        for language in self._document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")

    def _number_pages(self) -> None:
        """第 1 页　共 3 页 at the foot of every page, counted by Word."""
        footer = self._document.sections[0].footer.paragraphs[0]
        self._centred(footer)
        for before, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
            footer.add_run(before)
            self._field(footer, field)
        footer.add_run(" 页")

    def _field(self, paragraph: Paragraph, name: str) -> None:
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement

        field, run, text = (OxmlElement(f"w:{tag}") for tag in ("fldSimple", "r", "t"))
        field.set(qn("w:instr"), name)
        field.append(run)
        run.append(text)
        text.text = "1"  # shown until Word has counted
        paragraph._p.append(field)

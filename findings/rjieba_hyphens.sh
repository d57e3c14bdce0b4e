#!/bin/sh
# rjieba, the binding of the Rust port of jieba: figures and names with a hyphen.
# Expected: the words of jieba, whose dictionary and algorithm it has.
# Seen: jieba cuts at every hyphen; rjieba keeps 1-3 and COVID-19 as one word each. A text that was cut
# with one of them and a question that was cut with the other do not meet at "3" or "19".
# rjieba 0.2.2, jieba 0.42.1; 2026-12-01. Printed then:
#   jieba  第 1 - 3 条 / 新冠 COVID - 19 / A1 - B2
#   rjieba 第 1-3 条 / 新冠 COVID-19 / A1-B2
# Done about it: documents and questions are cut by the same library, and by pairs of characters besides.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -qq --disable-pip-version-check install rjieba==0.2.2 jieba==0.42.1 setuptools==80.9.0
PYTHONIOENCODING=utf-8 "$folder/bin/python" -W ignore - <<'PYTHON'
import sys

import jieba
import rjieba

jieba.setLogLevel(60)
texts = ("第1-3条", "新冠COVID-19", "A1-B2")
words = {name: [list(cut(text)) for text in texts] for name, cut in (("jieba", jieba.cut), ("rjieba", rjieba.cut))}
for name, cuts in words.items():
    print(name.ljust(6), " / ".join(" ".join(cut) for cut in cuts))
sys.exit(not ("1-3" in words["rjieba"][0] and "1-3" not in words["jieba"][0]))
PYTHON

#!/bin/sh
# OpenCC: tw2sp ("Taiwan to mainland, with phrases") on the language of law and administration.
# Expected: the mainland's words; 程序 (procedure) is the same word on both sides.
# Seen: every 程序 becomes 进程 (a computer's process), 文件 becomes 文档 and 檔案 becomes 文件; tw2s leaves them alone.
# OpenCC 1.4.2; 2026-12-01. Printed then:
#   tw2s  行政处罚程序 按法定程序报批 文件 档案
#   tw2sp 行政处罚进程 按法定进程报批 文档 文件
# Done about it: official texts are folded without phrases.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -qq --disable-pip-version-check install OpenCC==1.4.2
PYTHONIOENCODING=utf-8 "$folder/bin/python" - <<'PYTHON'
import sys

import opencc

words = ["行政處罰程序", "按法定程序報批", "文件", "檔案"]
converted = {name: [opencc.OpenCC(name).convert(word) for word in words] for name in ("tw2s", "tw2sp")}
for name, results in converted.items():
    print(name.ljust(5), *results)
sys.exit(not ("程序" in converted["tw2s"][0] and "进程" in converted["tw2sp"][0]))
PYTHON

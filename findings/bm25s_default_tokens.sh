#!/bin/sh
# bm25s: Chinese documents through its own tokenizer, with all defaults.
# Expected: characters or words as terms, as its multilingual uses suggest; and no result for a query that matches nothing.
# Seen: a clause up to the next comma is one term, so a word out of it finds nothing; retrieve() then returns k documents
# all the same, with a score of 0 as the only sign.
# bm25s 0.3.16; 2026-12-01. Printed then:
#   terms of the first document: 加强党支部建设 每半年督查一次
#   党支部 -> documents 2 1 scores 0.0 0.0
# Done about it: texts are cut into words and pairs of characters first, and a score of 0 is no hit.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -qq --disable-pip-version-check install bm25s==0.3.16
PYTHONIOENCODING=utf-8 "$folder/bin/python" - <<'PYTHON'
import sys

import bm25s

texts = ["加强党支部建设，每半年督查一次。", "办好科技期刊，提高质量。", "开展党支部书记培训。"]
tokens = bm25s.tokenize(texts, show_progress=False)
names = {number: term for term, number in tokens.vocab.items()}
terms = [names[number] for number in tokens.ids[0]]
engine = bm25s.BM25()
engine.index(tokens, show_progress=False)
found, scores = engine.retrieve(bm25s.tokenize("党支部", show_progress=False), k=2, show_progress=False)
print("terms of the first document:", *terms)
print("党支部 -> documents", *found[0], "scores", *scores[0])
sys.exit(not ("加强党支部建设" in terms and len(found[0]) == 2 and not scores[0].any()))
PYTHON

#!/bin/sh
# Chroma: a store that was written and closed is opened again, only to be asked something.
# Expected: reading leaves the files as they are, so that copies can be compared by time and a check changes nothing.
# Seen: the database and the files of the vectors are written anew each time.
# chromadb 1.5.9; 2026-12-01. Printed then:
#   changed by reading: chroma.sqlite3, data_level0.bin, header.bin, length.bin, link_lists.bin
# Done about it: `yaodian doctor` verifies a copy of the index.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -qq --disable-pip-version-check install chromadb==1.5.9
"$folder/bin/python" - "$folder/store" <<'PYTHON'
import sys
import time
from pathlib import Path

import chromadb
from chromadb.config import Settings

store, settings, rows = Path(sys.argv[1]), Settings(anonymized_telemetry=False), [[1.0, 0.0], [0.0, 1.0]]
writing = chromadb.PersistentClient(str(store), settings)
writing.create_collection("parts", embedding_function=None).add(ids=["a", "b"], embeddings=rows)
writing.close()
before = {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.is_file()}
time.sleep(1.1)  # some file systems keep times to the second
reading = chromadb.PersistentClient(str(store), settings)
reading.get_collection("parts", embedding_function=None).query(query_embeddings=rows, n_results=1)
reading.close()
changed = sorted({path.name for path, at in before.items() if path.stat().st_mtime_ns != at})
print("changed by reading:", ", ".join(changed) or "nothing")
sys.exit(not changed)
PYTHON

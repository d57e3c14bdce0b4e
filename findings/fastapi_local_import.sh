#!/bin/sh
# FastAPI: annotations are strings, and a class named in one is imported inside the function that adds the route.
# Expected: an error when the route is added, or none at all.
# Seen: the application starts and the route answers; only /openapi.json, which /docs loads, fails with 500.
# fastapi 0.165.0, starlette 1.10.0, httpx2 2.16.2; 2026-12-01. Printed then:
#   /figures 200
#   /openapi.json 500
# Done about it: types of routes are imported at module level; a test asks the whole application for /openapi.json.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" -qq --disable-pip-version-check install fastapi==0.165.0 starlette==1.10.0 httpx2==2.16.2
"$folder/bin/python" - <<'PYTHON'
from __future__ import annotations

import sys

from fastapi import FastAPI
from fastapi.testclient import TestClient


def add_route(app):
    from fastapi import Response

    @app.get("/figures")
    def figures() -> Response:
        return Response("1")


add_route(app := FastAPI())
client = TestClient(app)
status = client.get("/figures").status_code
described = str(TestClient(app, raise_server_exceptions=False).get("/openapi.json").status_code)
print(f"/figures {status}\n/openapi.json {described}")
sys.exit(not (status == 200 and described == "500"))
PYTHON

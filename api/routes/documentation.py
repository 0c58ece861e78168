"""The page /docs: openapi.json as HTML, without scripts and without files from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape
from typing import Any

Json = dict[str, Any]

_STYLE = """
:root { color-scheme: light dark; --border: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
section { border-top: 1px solid var(--border); padding-top: 0.5rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--border); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
pre { border: 1px solid var(--border); padding: 0.5rem; overflow-x: auto; }
"""

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: the HTTP interface</title>
<style>{style}</style>
</head>
<body>
<main>
"""


def page(openapi: str) -> tuple[str, str]:
    """Return the page and its Content-Security-Policy.

    Args:
        openapi: The content of openapi.json.
    """
    document = json.loads(openapi)
    info = document["info"]
    parts = [
        _HEAD.format(title=escape(info["title"]), style=_STYLE),
        f"<h1>{escape(info['title'])}</h1>\n<p>{_text(info['summary'])}</p>\n<p>{_text(info['description'])}</p>\n",
        '<p>The same for machines: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>\n',
    ]
    for path, methods in document["paths"].items():
        parts += [_operation(document, path, method, each) for method, each in methods.items()]
    parts += [_schema(name, schema) for name, schema in document["components"]["schemas"].items()]
    parts.append("</main>\n</body>\n</html>\n")
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    return "".join(parts), policy


def _operation(document: Json, path: str, method: str, operation: Json) -> str:
    anchor = escape(operation["operationId"], quote=True)
    parts = [
        f'<section id="{anchor}">\n<h2><code>{method.upper()} {escape(path)}</code></h2>\n',
        f"<p><strong>{_text(operation['summary'])}.</strong> {_text(operation['description'])}</p>\n",
    ]
    samples = "\n".join(sample["source"] for sample in operation["x-codeSamples"])
    parts.append(f'<pre tabindex="0">{escape(samples)}</pre>\n')
    parameters = [_resolve(document, each) for each in operation.get("parameters", [])]
    rows = [
        (_name(each), _values(_resolve(document, each["schema"])), each["description"]) for each in parameters
    ]
    parts.append(_table(("Parameter", "Values", "Meaning"), rows))
    bodies = operation.get("requestBody", {}).get("content", {})
    parts.append(
        _table(("Body", "Form"), [(kind, json.dumps(body["schema"])) for kind, body in bodies.items()])
    )
    responses = {code: _resolve(document, each) for code, each in operation["responses"].items()}
    parts.append(
        _table(
            ("Status", "As", "When"),
            [
                (code, ", ".join(each.get("content", ())), each["description"])
                for code, each in responses.items()
            ],
        )
    )
    return "".join([*parts, "</section>\n"])


def _schema(name: str, schema: Json) -> str:
    body = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    head = f'<section id="schema-{escape(name)}">\n<h2>{escape(name)}</h2>\n'
    return f'{head}<pre tabindex="0">{body}</pre>\n</section>\n'


def _resolve(document: Json, node: Json) -> Json:
    """Follow a `$ref` within the document."""
    while "$ref" in node:
        target: Any = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


def _name(parameter: Json) -> str:
    """Return a parameter as it is written in a request."""
    name = str(parameter["name"])
    return {"query": f"?{name}=", "path": f"{{{name}}}", "header": f"{name}:"}[parameter["in"]]


def _values(schema: Json) -> str:
    return ", ".join(schema["enum"]) if "enum" in schema else str(schema["type"])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    cells = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = "".join(
        f"<tr><td><code>{escape(first)}</code></td>"
        + "".join(f"<td>{_text(each)}</td>" for each in rest)
        + "</tr>\n"
        for first, *rest in rows
    )
    return f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _text(markdown: str) -> str:
    """Return escaped text with `code` marked up."""
    parts = escape(markdown).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))

"""The API of the whole site, composed of the routers of the apps, and its page of reference.

The schema stands at /api/openapi.json; docs/openapi.json is its committed snapshot.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from yingcai.cases.api.applying import router as cases
from yingcai.cases.api.counting import router as counting
from yingcai.cases.api.desk import router as desk
from yingcai.cases.api.public import router as programmes
from yingcai.plan.api import router as plan
from yingcai.registry.api.recording import router as registry
from yingcai.reporting.api import router as reporting

api = NinjaAPI(
    title="Yingcai",
    version="1.0.0",
    description="Plans, measures, targets, values and bulletins: published figures need no key. The register "
    "and cases answer a token, or who is signed in on the site, within the user's scope; see docs/api.md.",
    docs_url=None,
    openapi_url=None,  # our own view answers only to a look
    urls_namespace="api",
)
api.add_router("", plan)
api.add_router("", registry)
api.add_router("", reporting)
for router in (programmes, cases, desk, counting):
    api.add_router("", router)


@dataclass(frozen=True)
class Operation:
    """One call of the API as the page of reference shows it."""

    method: str
    path: str
    summary: str
    parameters: list[dict[str, str]]
    responses: list[tuple[str, str]]


@cache
def described() -> dict[str, Any]:
    """The OpenAPI schema, made once in a process: it takes a tenth of a second and does not change."""
    return dict(api.get_openapi_schema())


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """The OpenAPI schema."""
    return JsonResponse(described())


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every call with its parameters and answers, made from the schema itself."""
    context = {"info": described()["info"], "operations": operations(described())}
    return render(request, "api_docs.html", context)


def operations(whole: dict[str, Any]) -> list[Operation]:
    """The calls of an OpenAPI schema, in its order."""
    return [
        Operation(
            method=method.upper(),
            path=path,
            summary=call.get("summary", ""),
            parameters=[_parameter(item) for item in call.get("parameters", [])],
            responses=[
                (str(code), answer.get("description", ""))
                for code, answer in call["responses"].items()
            ],
        )
        for path, methods in whole["paths"].items()
        for method, call in methods.items()
    ]


def _parameter(item: dict[str, Any]) -> dict[str, str]:
    shape = item["schema"]
    bounds = {
        "minimum": "≥ {}",
        "maximum": "≤ {}",
        "maxLength": "≤ {} characters",
        "pattern": "{}",
        "default": "default {}",
    }
    limits = [text.format(shape[name]) for name, text in bounds.items() if name in shape]
    choices = " | ".join(map(str, shape.get("enum", [])))
    return {
        "name": item["name"],
        "place": item["in"],
        "required": "yes" if item.get("required") else "",
        "kind": choices or str(shape.get("type", "")),
        "limits": ", ".join(text for text in limits if text != "default "),
        "meaning": str(item.get("description") or shape.get("description") or ""),
    }

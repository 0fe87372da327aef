"""What happens to a request beside its page."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve


def page_above(path: str) -> str:
    """Return the nearest address above a path at which there is a page: "/household/7/" for "/household/7/reveal/"."""
    steps = path.strip("/").split("/")
    for end in range(len(steps) - 1, 0, -1):
        above = f"/{'/'.join(steps[:end])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"


class FormAddressMiddleware:
    """Lead whoever loads the address of a form (again, from the history, out of a message) to the page the form stands on,
    instead of the empty answer that it takes no GET. Programs get that answer as before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asks_for_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not asks_for_page or request.path == "/":
            return response
        return HttpResponseRedirect(page_above(request.path))

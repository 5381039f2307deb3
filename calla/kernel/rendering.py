"""Django's template backend for minijinja: our own pages and letters. Third-party apps keep Django's language.

Templates get plain values only: addresses, prices and words are settled before they are handed over. An undefined name
is an error. `debug` stays off, since minijinja's debug errors print the values of the context.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import minijinja
from django.apps import apps
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.base import BaseEngine

SLASH = "&#x2f;"


class Template:
    def __init__(self, environment: minijinja.Environment, name: str) -> None:
        self.environment, self.name = environment, name

    def render(self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        """minijinja writes each slash of a value as an entity. No address needs that, and a page has hundreds."""
        made = self.environment.render_template(self.name, **(context or {}))
        return made.replace(SLASH, "/") if _escapes(self.name) else made


class Minijinja(BaseEngine):
    """Finds `templates/<app>/<name>` in the folder of every installed `calla.` app."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params = dict(params)
        params.pop("OPTIONS")
        super().__init__(params)
        self.folders = [
            folder for config in apps.get_app_configs()
            if config.name.startswith("calla.") and (folder := Path(config.path) / "templates").is_dir()
        ]
        self.known: set[str] = set()
        self.environment = minijinja.Environment(
            loader=self._load, auto_escape_callback=_escapes, undefined_behavior="strict", trim_blocks=True,
            lstrip_blocks=True, debug=False,
        )

    def _load(self, name: str) -> str | None:
        for folder in self.folders:
            path = (folder / name).resolve()
            if path.is_file() and path.is_relative_to(folder):
                return path.read_text(encoding="utf-8")
        return None

    def get_template(self, template_name: str) -> Template:
        if template_name not in self.known:
            if not template_name.endswith((".html", ".txt", ".xml")) or self._load(template_name) is None:
                raise TemplateDoesNotExist(template_name, backend=self)
            self.known.add(template_name)
        return Template(self.environment, template_name)


def _escapes(name: str) -> bool:
    return name.endswith((".html", ".xml"))

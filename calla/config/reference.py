"""The settings as a page of the reference: `python -m calla.config.reference` writes it anew."""

from __future__ import annotations

from pathlib import Path

from calla.config.environment import PREFIX, SECRETS, Environment

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def table() -> str:
    """The settings as the Markdown table of `docs/reference/settings.md`."""
    rows = ["| Variable | Default | Meaning |", "| --- | --- | --- |"]
    for name, field in Environment.model_fields.items():
        default = "" if field.default in (None, "", ()) else f"`{field.default}`"
        also = f" Also `{PREFIX}{name.upper()}_FILE`." if name in SECRETS else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description}{also} |")
    return "\n".join(rows) + "\n"


def write_reference(page: Path) -> None:
    """Put the table between the headings of that page and what follows it."""
    head, _, rest = page.read_text(encoding="utf-8").partition("| Variable |")
    tail = rest.partition("\n\n")[2]
    page.write_text(head + table() + ("\n" + tail if tail else ""), encoding="utf-8")


if __name__ == "__main__":
    write_reference(PAGE)

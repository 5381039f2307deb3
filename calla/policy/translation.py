"""The policy in another language. One language binds; a translation is shown only while it was made for the present
wording, and elsewhere the binding sentence stands in for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calla.policy.errors import BadValue, PolicyErrors, Problem, nearest
from calla.policy.language import CASES, locale
from calla.policy.model import Policy, Sentence
from calla.policy.slots import Slot, mistakes, slots
from calla.policy.source import Source, read


@dataclass(frozen=True, slots=True)
class Translated:
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """`problems` leave out the sentences they concern, and refuse nothing; `missing` are all those left in the
    binding language.
    """

    language: str
    sentences: Mapping[str, Translated]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]


def load_translations(path: Path | str, policy: Policy) -> dict[str, Translation]:
    """All that lie beside a policy file: `policy.de.toml` beside `policy.toml`. Language to translation."""
    path = Path(path)
    found = {}
    for file in sorted(path.parent.glob(f"{path.stem}.*{path.suffix}")):
        language = file.stem.removeprefix(f"{path.stem}.")
        found[language] = read_translation(file.read_text(encoding="utf-8"), policy, language, name=str(file))
    return found


def read_translation(text: str, policy: Policy, language: str, name: str = "") -> Translation:
    name = name or f"policy.{language}.toml"
    try:
        locale(language)
        source = read(text, name)
    except BadValue as error:
        return Translation(language, {}, (Problem(name, 1, 1, str(error)),), tuple(policy.sentences))
    except PolicyErrors as errors:
        return Translation(language, {}, errors.problems, tuple(policy.sentences))
    sentences, problems = {}, []
    for sentence_id, content in source.tables.items():
        wrong = list(_problems(sentence_id, content, policy, language, source))
        problems += wrong
        if not wrong:
            sentences[sentence_id] = Translated(_flow(content["text"]), _flow(content.get("heading", "")))
    missing = tuple(sentence_id for sentence_id in policy.sentences if sentence_id not in sentences)
    return Translation(language, sentences, tuple(problems), missing)


def _flow(text: str) -> str:
    return " ".join(text.split())


def _problems(name: str, content: Any, policy: Policy, language: str, source: Source) -> Iterator[Problem]:
    sentence = policy.sentences.get(name)
    if sentence is None:
        yield source.problem(f"the policy has no sentence “{name}”: {nearest(name, policy.sentences)}", name)
    elif not isinstance(content, dict) or not isinstance(content.get("text"), str):
        yield source.problem(f'[{name}] needs of = "{sentence.wording}" and text = "…"', name)
    elif content.get("of") != sentence.wording:
        yield source.problem(
            f'the binding sentence has been reworded since: translate it anew, then write of = "{sentence.wording}"',
            name,
            "of",
        )
    else:
        yield from _text_problems(sentence, content, language, source)


def _text_problems(sentence: Sentence, content: Mapping[str, Any], language: str, source: Source) -> Iterator[Problem]:
    for key, binding in (("text", sentence.text), ("heading", sentence.heading)):
        text = _flow(str(content.get(key, "")))
        if key == "heading" and bool(text) != bool(binding):
            yield source.problem("this sentence opens a section: translate its heading too" if binding else
                                 "this sentence opens no section: it takes no heading", sentence.id, key)  # fmt: skip
            continue
        for piece, message in mistakes(text):
            yield source.problem(message, sentence.id, key, near=piece)
        ours, theirs = {slot.path for slot in slots(text)}, {slot.path for slot in slots(binding)}
        for path in sorted(theirs - ours):
            yield source.problem(f"the slot {{{path}}} of the binding sentence is left out", sentence.id, key)
        for path in sorted(ours - theirs):
            yield source.problem(f"the binding sentence has no slot {{{path}}}", sentence.id, key, near=f"{{{path}")
        for slot in slots(text):
            if not form_exists(slot, language):
                yield source.problem(f"{slot.text}: “{language}” has no such form", sentence.id, key, near=slot.text)


def form_exists(slot: Slot, language: str) -> bool:
    case = slot.form.removeprefix("length_")
    return slot.form in {"", "or", "length"} or (case != slot.form and case in CASES.get(language, {}))

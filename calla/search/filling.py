"""How documents become rows that the plain engine finds by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from calla.catalogue.types import Document, DocumentVariant
from calla.search.folding import fold, words
from calla.search.models import Choice, Entry, Facet, Indexed, Place, Posting, Word

TITLE, NEAR, TEXT = 4, 2, 1
CATEGORY, CATEGORY_TITLE = "category", "Category"


def followed() -> int:
    return Indexed.objects.values_list("generation", flat=True).first() or 0


@transaction.atomic
def take(documents: Sequence[Document], generation: int) -> None:
    """Replace what is known of these products. One at a time: whoever comes second finds less to do, or nothing."""
    Indexed.objects.get_or_create(pk=1)
    if Indexed.objects.select_for_update().get(pk=1).generation >= generation:
        return
    Entry.objects.filter(pk__in=[document.id for document in documents]).delete()
    shown = [document for document in documents if document.published_at is not None and document.variants]
    Entry.objects.bulk_create(_entry(document) for document in shown)
    Place.objects.bulk_create(
        Place(entry_id=document.id, collection=handle, position=position)
        for document in shown
        for handle, position in document.collections.items()
    )
    _fill_choices(shown)
    _fill_words(shown)
    Indexed.objects.filter(pk=1).update(generation=generation)


def facet_key(name: str, value: str) -> str:
    return f"{name}={value}"


def _entry(document: Document) -> Entry:
    assert document.published_at is not None
    return Entry(
        product_id=document.id,
        handle=document.handle,
        shown_title=document.title,
        title=fold(document.title)[:600],
        skus=[fold(variant.sku)[:200] for variant in document.variants if variant.sku],
        categories=[handle for handle, _ in document.categories],
        price_minor=min(variant.price_minor for variant in document.variants),
        published_at=document.published_at,
        created_at=document.created_at,
    )


def _fill_choices(shown: Sequence[Document]) -> None:
    facets: list[Facet] = []
    choices: list[Choice] = []
    for document in shown:
        for variant in document.variants:
            own = list(_facets(document, variant))
            facets += own
            choices.append(
                Choice(
                    entry_id=document.id,
                    variant_id=variant.id,
                    price_minor=variant.price_minor,
                    facets=[facet_key(facet.name, facet.value) for facet in own],
                )
            )
    Choice.objects.bulk_create(choices, batch_size=2000)
    Facet.objects.bulk_create(facets, batch_size=2000)


def _facets(document: Document, variant: DocumentVariant) -> Iterator[Facet]:
    """A variant can be filtered by its own values, and by every category its product stands under."""
    for depth, (handle, title) in enumerate(document.categories):
        yield Facet(
            choice_id=variant.id, name=CATEGORY, title=CATEGORY_TITLE, value=handle, label=title, position=depth
        )
    for value in variant.values:
        yield Facet(
            choice_id=variant.id,
            name="-".join(fold(value.option).split())[:60],
            title=value.option,
            value=fold(value.value)[:300],
            label=value.value,
            swatch=value.swatch,
            position=value.position,
        )


def _fill_words(shown: Sequence[Document]) -> None:
    weights = {document.id: _weights(document) for document in shown}
    texts = sorted({word for found in weights.values() for word in found})
    Word.objects.bulk_create(
        (Word(text=text, length=len(text)) for text in texts), ignore_conflicts=True, batch_size=2000
    )
    ids = dict(Word.objects.filter(text__in=texts).values_list("text", "pk"))
    Posting.objects.bulk_create(
        (
            Posting(word_id=ids[word], entry_id=entry, weight=weight)
            for entry, found in weights.items()
            for word, weight in found.items()
        ),
        batch_size=2000,
    )


def _weights(document: Document) -> dict[str, int]:
    """Each word of the product with the weight of the best place it stands in."""
    near = [document.made_by, *document.tags, *(title for _, title in document.categories)]
    near += [variant.sku for variant in document.variants]
    near += [text for variant in document.variants for value in variant.values for text in (value.option, value.value)]
    weights = dict.fromkeys(words(document.text), TEXT)
    weights |= dict.fromkeys(words(" ".join(near)), NEAR)
    return weights | dict.fromkeys(words(document.title), TITLE)

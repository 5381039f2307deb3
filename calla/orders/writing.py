"""Letters we must write about orders: to one person for a reason, or to everybody who bought what is called back.

The policy decides each of them by its reason and by how many it reaches; what it does not name is not written.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction

from calla.kernel import jobs
from calla.orders import selectors
from calla.orders.errors import NobodyBought, NoSuchOrder
from calla.orders.models import Note, Order, Recall
from calla.orders.states import OrderState
from calla.orders.types import NoteDetails
from calla.policy import Allowed, Write, decide, enforces
from calla.policy.actions import ANYBODY
from calla.privacy import asking, elsewhere, mail, versions
from calla.privacy import services as privacy
from calla.privacy.card_numbers import masked
from calla.privacy.errors import LetterRefused
from calla.privacy.types import Actor

RECALL = "recall"  # the letter and its reason
CHANGED = "order_changed"
BATCH = 200


def write(order_id: UUID, reason: str, text: str) -> Note:
    """Owe the buyer of this order a letter in our own words; card numbers in them are masked.

    Raises LetterRefused where the policy knows no such reason, or no letter may say these words.
    """
    text = fit_to_send(text)
    key = privacy.new_key()
    try:
        with transaction.atomic():
            order = Order.objects.exclude(state=OrderState.DRAFT).select_related("subject").filter(pk=order_id).first()
            if order is None:
                raise NoSuchOrder
            note = Note(order=order, subject=order.subject, key=key, reason=reason)
            note.details.seal(NoteDetails(text=text))
            note.save()
            mail.send("order_note", subject=order.subject_id, about=note.id, reason=reason)
    except BaseException:
        privacy.destroy_keys([key])
        raise
    return note


def tell_corrected(order: Order) -> None:
    """Its delivery address has changed: whoever bought it hears of it, since it may not have been them."""
    note = Note.objects.create(order=order, subject_id=order.subject_id, reason=CHANGED)
    _owe(note, "order_corrected")


def recall(product_handle: str, text: str, *, by: Actor) -> Recall:
    """Owe everybody who bought this a letter; jobs write them. Raises NobodyBought, LetterRefused."""
    text, title = fit_to_send(text), selectors.title_of_sold(product_handle)
    people = selectors.buyers(product_handle).count()
    if not people or by.subject is None:
        raise NobodyBought
    answer = decide(versions.current(), ANYBODY, Write(RECALL, RECALL, people))
    if not isinstance(answer, Allowed):
        raise LetterRefused(f"The policy does not allow this letter: {answer.why}.")
    with transaction.atomic():
        begun = Recall.objects.create(
            product_handle=product_handle, product_title=title, text=text, people=people, begun_by=by.subject
        )
        jobs.enqueue(write_recall, begun.id)
    return begun


@jobs.job
def write_recall(recall_id: UUID) -> None:
    """In batches, each a transaction: whoever is killed in between goes on with those that have no letter yet."""
    while _write_some(recall_id):
        pass


@transaction.atomic
def _write_some(recall_id: UUID) -> int:
    begun = Recall.objects.select_for_update().get(pk=recall_id)
    orders = selectors.buyers(begun.product_handle, until=begun.begun_at).exclude(notes__recall=begun)
    batch = list(orders.order_by("pk")[:BATCH])
    for order in batch:
        note = Note.objects.create(order=order, subject_id=order.subject_id, recall=begun, reason=RECALL)
        _owe(note, RECALL, begun.people)
    return len(batch)


def _owe(note: Note, kind: str, people: int = 1) -> None:
    """Somebody whom an older version still binds may not be written to: the note stays, without a letter."""
    with suppress(LetterRefused):
        mail.send(kind, subject=note.subject_id, about=note.id, reason=note.reason, people=people)


@enforces("letters.never_ask", "no_foreign_links")
def fit_to_send(text: str) -> str:
    text = masked(text.replace("\r\n", "\n").strip())
    asking.refuse_request(versions.current(), [text])
    elsewhere.refuse_link(text)
    return text

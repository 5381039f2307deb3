from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import models

from calla.enquiries.states import CASE_MOVES, Author, CaseState, Way
from calla.enquiries.types import EnquiryDetails, MessageText
from calla.kernel import clock
from calla.kernel.transitions import move
from calla.privacy.sealed import AboutPerson, Sealed


class Enquiry(AboutPerson):
    """A question and all that was written about it, under one key. `due_at` is when a person must have answered."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)
    token_digest = models.BinaryField(max_length=32, unique=True)
    once = models.BinaryField(max_length=32, unique=True)
    email_index = models.BinaryField(max_length=32, db_index=True)
    key = models.UUIDField()
    details = Sealed(EnquiryDetails)
    way = models.CharField(max_length=4, choices=Way.choices)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.CheckConstraint(
                name="closed_has_its_day",
                condition=models.Q(state="closed", closed_on__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_on__isnull=True)),
            )
        ]

    def move_to(self, new: CaseState) -> None:
        self.state = move("question", CASE_MOVES, CaseState(self.state), new)
        self.closed_on = clock.today() if new == CaseState.CLOSED else None

    def life(self) -> dict[str, date]:
        return {"enquiry.closed": self.closed_on} if self.closed_on else {}


class Knock(models.Model):
    """A letter of the shop to its own address: sent, and heard once the inbox has it, or come back."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    at = models.DateTimeField(default=clock.now)
    heard_at = models.DateTimeField(null=True)
    came_back = models.BooleanField(default=False)


class Message(AboutPerson):
    """One message of a case, in either direction, sealed with the key of its case.

    `identity` stands for the letter it came as, so that the same letter is taken once.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="messages")
    key = models.UUIDField()
    text = Sealed(MessageText)
    author = models.CharField(max_length=5, choices=Author.choices)
    actor_subject = models.UUIDField(null=True)
    identity = models.BinaryField(max_length=32, unique=True, null=True)
    at = models.DateTimeField(default=clock.now)
    left_out = models.PositiveSmallIntegerField(default=0)
    cut = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "pk"]

    def life(self) -> dict[str, date]:
        return self.enquiry.life()

from __future__ import annotations

from uuid import uuid4

from django.db import models

from calla.kernel import clock


class Root(models.Model):
    """A root key that exists or existed. The key itself is a file outside both databases."""

    class State(models.TextChoices):
        CURRENT = "current"
        RETIRING = "retiring"
        DESTROYED = "destroyed"

    number = models.PositiveIntegerField(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices)
    made_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="current"), name="one_current_root"),
        ]


class DataKey(models.Model):
    """One AES-256 key, wrapped by a root, for one thing of a person that is kept or forgotten together. The root has no
    index: it changes each night with every row, and is asked for once."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    wrapped = models.BinaryField()
    root = models.ForeignKey(Root, models.PROTECT, db_index=False)
    made_at = models.DateTimeField(default=clock.now)


class Erased(models.Model):
    """Somebody who had everything erased, by their opaque id. It lies here, apart from the shop's database, so that a
    backup of that one cannot bring back whoever was erased after it was made."""

    subject = models.UUIDField(primary_key=True)
    on = models.DateField()
    at = models.DateTimeField(default=clock.now)

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models

from calla.kernel import clock


class Subject(models.Model):
    """A natural person, known by a random id alone: buyer, account holder, enquirer, reader, staff member.

    `version_used` is the number of the policy version under which the person last used the shop; what binds them is
    the strictest of all versions since. `erased_on` is the day on which they had everything erased: what is left
    then is owed to them or held by law. `consents` is what the history of their answers comes to, purpose to the
    version they said yes to, so that a decision asks no further question; `paused` and `objected` are the uses they
    have stopped, for the same reason, and empty for nearly everybody (`Stop` is their history).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    since = models.DateField(default=clock.today)
    version_used = models.PositiveIntegerField()
    country = models.CharField(max_length=2, blank=True)
    erased_on = models.DateField(null=True)
    consents = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    paused = ArrayField(models.CharField(max_length=60), null=True)
    objected = ArrayField(models.CharField(max_length=60), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["erased_on"], condition=models.Q(erased_on__isnull=False), name="the_erased"),
        ]


class Stop(models.Model):
    """When a person paused a use or objected to it, and when they let it go on. Goes with the person."""

    class Kind(models.TextChoices):
        OBJECTED = "objected"
        PAUSED = "paused"

    subject = models.ForeignKey(Subject, models.CASCADE)
    purpose = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    since = models.DateTimeField(default=clock.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "purpose", "kind"], condition=models.Q(ended=None), name="one_stop_of_a_use"
            ),
        ]


class PolicyVersion(models.Model):
    """A policy as it was posted. Never changed, never deleted."""

    number = models.PositiveIntegerField(primary_key=True)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    changes = models.JSONField(default=list)
    posted_at = models.DateTimeField(default=clock.now)
    effective_at = models.DateTimeField()


class OpeningCount(models.Model):
    """How often sealed data of one kind was opened for one purpose on one day. Counts only, no person."""

    day = models.DateField()
    purpose = models.CharField(max_length=60)
    model = models.CharField(max_length=60)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "purpose", "model"], name="one_count_a_day")]


class ProbeResult(models.Model):
    """What one probe found when it was last made. When it turned from kept to broken or back stands in the ledger."""

    probe = models.CharField(primary_key=True, max_length=120)
    ok = models.BooleanField()
    said = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    since = models.DateTimeField()


class Figure(models.Model):
    """A number that the policy prints of the running shop, counted as its probes are made: the same on every page."""

    name = models.CharField(primary_key=True, max_length=60)
    value = models.PositiveBigIntegerField()


class Drill(models.Model):
    """A backup was put back for practice: how many rows of how many tables were there, and how many tables differed."""

    at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField()
    rows = models.PositiveBigIntegerField()
    tables = models.PositiveIntegerField()
    differ = models.PositiveIntegerField()


class LedgerEntry(models.Model):
    """What was done with a person's data, for that person to see. Holds ids and words of closed lists, no values.

    One job chains the entries by hash afterwards, so that a missing or changed line shows.
    """

    class Kind(models.TextChoices):
        CHECK_BROKEN = "check_broken"
        CHECK_MENDED = "check_mended"
        CORRECTED = "corrected"
        DISCLOSED = "disclosed"
        ERASED = "erased"
        GOES_ON = "goes_on"
        KEY_DESTROYED = "key_destroyed"
        LETTER = "letter"
        OPENED = "opened"
        POLICY_POSTED = "policy_posted"
        ROOT_DESTROYED = "root_destroyed"
        STOPPED = "stopped"

    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.UUIDField(null=True)
    actor = models.CharField(max_length=20)
    actor_subject = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60, blank=True)
    what = models.CharField(max_length=120, blank=True)
    recipient = models.CharField(max_length=60, blank=True)
    position = models.PositiveBigIntegerField(null=True, unique=True)
    chain = models.BinaryField(null=True, max_length=32)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"])]


class DoomedKey(models.Model):
    """A key whose rows are gone with the transaction that wrote this; the key itself goes next."""

    key = models.UUIDField(primary_key=True)
    at = models.DateTimeField(default=clock.now)


class ResidueSearch(models.Model):
    """A search through everything that exists for what may be left of somebody, owed since their erasure. `number` is
    that of the receipt, and `last_letter` the one file that may speak of them. What was looked for is emptied when it
    is done; places and counts stay.
    """

    number = models.UUIDField(primary_key=True)
    asked_at = models.DateTimeField(default=clock.now)
    since = models.DateField()
    ids = ArrayField(models.UUIDField())
    marks = ArrayField(models.CharField(max_length=64))
    last_letter = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    found = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(done_at=None), name="searches_owed")]


class Letter(models.Model):
    """A letter owed to a person. The text is not kept: it is written from `about` at the moment of sending.

    `need` is the reason for which a necessary letter is written, `people` to how many it went at once. `SENDING` is
    claimed by whoever talks to the mail server just now, since `claimed_at`.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        REFUSED = "refused"

    class Reason(models.TextChoices):
        """Why it was refused: by the shop itself, or by a mail server in words that are not kept."""

        NOT_ALLOWED = "not_allowed", "the policy does not allow it any more"
        POINTLESS = "pointless", "what it was about is gone"
        UNDELIVERABLE = "undeliverable", "the mail server takes nothing for this address"
        UNWANTED = "unwanted", "the mail server does not take this letter"
        NO_ANSWER = "no_answer", "no mail server took it in two days"
        CAME_BACK = "came_back", "it was sent and came back: nothing can be delivered there"

    id = models.UUIDField(primary_key=True, default=uuid4)
    subject = models.ForeignKey(Subject, models.PROTECT)
    kind = models.CharField(max_length=40)
    about = models.UUIDField()
    need = models.CharField(max_length=30, blank=True, db_default="")
    people = models.PositiveIntegerField(default=1, db_default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    digest = models.BinaryField(null=True, max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "about"], name="one_letter_per_event")]

    def life(self) -> dict[str, date]:
        """One that will never be sent has had its day when it was written; while it waits, its time has not begun."""
        ended = {self.State.SENT: self.sent_at, self.State.REFUSED: self.queued_at}.get(self.State(self.state))
        return {"letter.sent": ended.date()} if ended else {}


class Session(models.Model):
    """A signed-in browser, or one about to sign in. The body is sealed with a key made from the session key itself,
    which only the browser holds: a copy of the database opens no session."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    subject = models.ForeignKey(Subject, models.CASCADE, null=True)
    sealed = models.BinaryField()
    made_on = models.DateField(default=clock.today)
    used_on = models.DateField(default=clock.today)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]


class Wording(models.Model):
    """A text that was shown when somebody was asked for a yes or a no. Never changed; its digest is its name."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()


class Answer(models.Model):
    """A yes or a no to a use, with the text it was given to. Only ever added to: the last one counts.

    The person is an opaque id, kept as proof after their row is gone, for as long as `receipts.keep` says.
    """

    subject = models.UUIDField()
    purpose = models.CharField(max_length=40)
    wording = models.ForeignKey(Wording, models.PROTECT)
    given = models.BooleanField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["subject", "purpose", "at"])]

"""A letter that asks for what the policy says no letter asks for is not sent."""

from __future__ import annotations

import pytest

from calla.privacy import asking
from calla.privacy.errors import LetterRefused
from calla.privacy.models import Letter
from tests.builders import orders
from tests.support.jobs import run_jobs

ASKS = [
    "Please send us your password so that we can check.",
    "Reply with the one-time code you received.",
    "Confirm your card number to release the parcel.",
    "Please <b>enter</b> your\n  IBAN below.",
    "Give us your date of birth.",
    "Update your personal details in this form.",
    "We need your password to go on.",
    "What is your password?",
    "What’s your one time code?",
    "Could we have your card number?",
    "Let us know your CVV.",
    "Please share your log-in with us.",
    "Please mail us your pass-word.",
    "Write back with the number of your card.",
    "Your card number, please.",
    "Our bank requires the expiry date of your card.",
    "Please send a copy of your passport.",
    # a no that belongs to something else
    "We could not charge you, so please send us your card number.",
    "Do not worry, just send us your password.",
    "Never mind and give us your PIN.",
    "We never ask for a password by telephone; please send it with your password hint.",
    "<form action='/x'><input name='pin'></form>",
    # in German, where the word that asks may come last, and so may a no
    "Bitte senden Sie uns Ihr Passwort, damit wir nachsehen können.",
    "Wir brauchen dein Passwort, um weiterzumachen.",
    "Könnten Sie uns Ihre Kartennummer mitteilen?",
    "Wie lautet Ihr Kennwort?",
    "Ihre IBAN, bitte.",
    "Schick uns ein Foto von deiner Kreditkarte.",
    "Bitte nennen Sie uns Ihr Geburtsdatum.",
    "Antworten Sie mit dem Einmalcode.",
    "Die Ausweisnummer müssten Sie uns noch angeben.",
    "Machen Sie sich keine Sorgen und schicken Sie uns einfach Ihre Zugangsdaten.",
    "Wir konnten nichts abbuchen, bitte teilen Sie uns Ihre Kontonummer mit.",
    "Gib uns deine PIN.",
]
ASKS_NOT = [
    "We never ask for a password or a card number by e-mail.",
    "Nobody here will tell you to send your password.",
    "Please never send us your password.",
    "We do not need your card number.",
    "Whoever wants your password, it is not us.",
    "1 × Pearl hair pin: €12.00. Please keep the pin dry.",
    "We have what we need: your passport case is packed.",
    "What you paid goes back the way it came.",
    "Your order C10001 left us with Kranich, tracking number 1Z 55.",
    "Send it back within 14 days. Your card is charged when it leaves.",
    "Wir fragen nie nach Ihrem Passwort.",
    "Senden Sie uns niemals Ihr Passwort.",
    "Geben Sie Ihr Passwort nicht weiter.",
    "Ihre Kartennummer brauchen wir nicht.",
    "Bitte halten Sie die Haarnadel mit Pin trocken.",
    "Das Geld geht auf die Karte zurück, mit der Sie bezahlt haben. Bitte haben Sie ein paar Tage Geduld.",
    "Bitte senden Sie uns das Kleid in der Passform zurück, die nicht sitzt.",
    "Ihr Paket ist mit Kranich unterwegs, Sendungsnummer 1Z 55.",
]
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.mark.parametrize("text", ASKS)
def test_a_request_is_refused(text):
    from calla.privacy import versions

    with pytest.raises(LetterRefused):
        asking.refuse_request(versions.current(), [text])


@pytest.mark.parametrize("text", ASKS_NOT)
def test_what_asks_for_nothing_passes(text):
    from calla.privacy import versions

    asking.refuse_request(versions.current(), [text])


def test_such_a_letter_stays_here(home, monkeypatch):
    from calla.privacy import letters, mail

    order = orders.a_placed_order()
    kind = letters.kinds["order_confirmation"]

    def asking_writer(about):
        draft = kind.write(about)
        return letters.Draft(draft.to, "Send us your password", draft.template, draft.context)

    monkeypatch.setitem(letters.kinds, kind.name, letters.LetterKind(kind.name, kind.purpose, asking_writer))
    run_jobs()
    assert Letter.objects.get(about=order.id).state == "refused"
    assert not list((home / "mailbox").glob("*")) if (home / "mailbox").exists() else True
    assert mail.kinds is letters.kinds


def test_every_letter_of_the_shop_passes():
    order = orders.a_placed_order()
    run_jobs()
    assert Letter.objects.get(about=order.id).state == "sent"

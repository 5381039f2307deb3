"""Questions, and the people who answer them."""

from calla.policy import program

SILENT_DAYS = 14  # after an answer that nobody replies to, a case closes itself
UNANSWERED_DAYS = 90  # after their last word, where we never answered it

program.category("message", {"en": "your message", "de": "deine Nachricht"}, fides="user.content")
program.category(
    "order_number", {"en": "the number of your order", "de": "die Nummer deiner Bestellung"}, fides="user.unique_id"
)
program.moment(
    "enquiry",
    {"en": "asking a question", "de": "beim Fragen"},
    needs={"email", "message"},
    can={"name", "order_number"},
    purpose="enquiries",
)
program.purpose(
    "enquiries",
    {"en": "answering questions", "de": "Antworten auf Fragen"},
    needs={"email", "message"},
    can={"name", "order_number"},
)
program.event(
    "enquiry.closed",
    {"en": "the end of our correspondence", "de": "dem Ende des Schriftwechsels"},
    within=f"{UNANSWERED_DAYS} days",
)
program.letter("enquiry_receipt", {"en": "receipt for a question", "de": "Eingangsbestätigung"}, purpose="enquiries")
program.letter("answer", {"en": "answer to a question", "de": "Antwort auf eine Frage"}, purpose="enquiries")
program.letter(
    "enquiry_closed", {"en": "word that we gave no answer", "de": "Meldung, dass wir nicht geantwortet haben"},
    purpose="enquiries",
)
program.menu("contact", {"en": "Contact", "de": "Kontakt"}, purpose="enquiries")
program.job("read_the_inbox", {"en": "reading letters to us", "de": "Lesen der Post an uns"}, purpose="enquiries")
program.job("knock", {"en": "a letter to our own address every hour", "de": "stündlich ein Brief an uns selbst"}, purpose="enquiries")
program.job("close_answered", {"en": "closing what fell silent", "de": "Schließen des Verstummten"}, purpose="enquiries")
program.term("contact.mail", "mail", scope="shop")
program.term("contact.answer", "span", stricter="less", gloss="a person answers within {value}")
for way, how in (
    ("form", "what comes by the form"),
    ("mail", "what comes by mail"),
    ("phone", "who asks by telephone"),
    ("post", "what comes by post"),
):
    program.term(f"contact.answer_by.{way}", "span", stricter="less", gloss=f"{how} is answered within {{value}}")
program.claim("contact_without_account", {"en": "asking needs no account and no cookie"})
program.claim("letters_to_us_arrive", {
    "en": "the shop tries every hour whether letters reach it, and learns of each of its own that came back",
    "de": "der Laden prüft stündlich, ob Briefe ankommen, und erfährt von jedem eigenen, der zurückkam",
})

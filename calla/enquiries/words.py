"""Questions, and the people who answer them."""

from calla.policy import program

program.category("message", {"en": "your message", "de": "deine Nachricht"}, fides="user.content")
program.moment(
    "enquiry",
    {"en": "asking a question", "de": "beim Fragen"},
    needs={"email", "message"},
    can={"name"},
    purpose="enquiries",
)
program.purpose(
    "enquiries", {"en": "answering questions", "de": "Antworten auf Fragen"}, needs={"email", "message"}, can={"name"}
)
program.event(
    "enquiry.closed", {"en": "the end of our correspondence", "de": "dem Ende des Schriftwechsels"}, within="14 days"
)
program.letter("answer", {"en": "answer to a question", "de": "Antwort auf eine Frage"}, purpose="enquiries")
program.menu("contact", {"en": "Contact", "de": "Kontakt"}, purpose="enquiries")
program.term("contact.mail", "mail", scope="shop")
program.term("contact.answer", "span", stricter="less", gloss="a person answers within {value}")
program.claim("contact_without_account", {"en": "asking needs no account and no cookie"})

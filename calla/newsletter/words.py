"""The newsletter: for those who asked, for as long as they like."""

from calla.policy import program

program.moment(
    "newsletter", {"en": "subscribing", "de": "beim Abonnieren"}, needs={"email"}, can={"name"}, purpose="newsletter"
)
program.purpose("newsletter", {"en": "the newsletter", "de": "der Newsletter"}, needs={"email"}, can={"name"})
# In the reader's own hands, and therefore certain enough to end a term.
program.event("newsletter.withdrawn", {"en": "your leaving", "de": "deiner Abmeldung"})
program.letter(
    "newsletter_confirm", {"en": "asking whether it was you", "de": "Rückfrage, ob du es warst"}, purpose="newsletter"
)
program.letter("newsletter_issue", {"en": "an issue", "de": "eine Ausgabe"}, purpose="newsletter")
program.job("send_newsletter", {"en": "sending issues", "de": "Versand der Ausgaben"}, purpose="newsletter")
program.menu("newsletter", {"en": "Newsletter", "de": "Newsletter"}, purpose="newsletter")

for name, en, de in (  # the rarest first
    ("yearly", "once a year", "einmal im Jahr"),
    ("quarterly", "once a quarter", "einmal im Quartal"),
    ("monthly", "once a month", "einmal im Monat"),
    ("weekly", "once a week", "einmal in der Woche"),
    ("daily", "once a day", "einmal am Tag"),
):
    program.word("cadence", name, {"en": en, "de": de})
program.term("newsletter.at_most", "word", force="limit", stricter="less", purpose="newsletter", words="cadence")
program.term("newsletter.at_least", "word", stricter="more", scope="shop", words="cadence")

for name, en, de in (
    ("arrivals", "new arrivals", "Neuheiten"),
    ("deals", "deals", "Aktionen"),
    ("offers", "offers", "Angebote"),
    ("bargains", "bargains", "Schnäppchen"),
    ("coupons", "coupons of your own", "eigene Gutscheine"),
):
    program.word("newsletter content", name, {"en": en, "de": de})
program.term(
    "newsletter.contents", "words", force="grant", stricter="less", purpose="newsletter", words="newsletter content"
)

for name, en, de in (
    ("link", "the link in each issue", "den Link in jeder Ausgabe"),
    ("mail_button", "your mail program's button", "den Knopf deines Mailprogramms"),
    ("reply", "a reply", "eine Antwort"),
    ("form", "the form here", "das Formular hier"),
    ("mail", "a letter to us", "eine Nachricht an uns"),
    ("service", "customer service", "den Kundendienst"),
):
    program.word("way to leave", name, {"en": en, "de": de})
program.term("newsletter.leave_by", "words", stricter="more", purpose="newsletter", words="way to leave")
program.word("end of mailing", "at_once", {"en": "at once", "de": "sofort"})
program.term("newsletter.ends", "word", purpose="newsletter", words="end of mailing")

program.claim("newsletter_confirmed_by_link", {"en": "the box starts empty and a link confirms"})
program.claim("newsletter_without_trackers", {"en": "no picture or link in an issue reports back"})
program.claim("coupons_for_readers", {"en": "a reader's coupon works for that reader only"})

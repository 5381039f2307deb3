"""What every shop says about a person, whatever it sells: who they are, cookies, letters, rights, security, changes."""

from calla.policy import program

program.category("name", {"en": "your name", "de": "dein Name"}, fides="user.name")
program.category("email", {"en": "your e-mail address", "de": "deine E-Mail-Adresse"}, fides="user.contact.email")
program.category(
    "sign_in_secret", {"en": "a sign-in secret", "de": "ein Anmeldegeheimnis"}, fides="user.authorization.password"
)

program.moment("visit", {"en": "looking around", "de": "beim Umsehen"})
program.moment(
    "staff", {"en": "joining the staff", "de": "beim Eintritt ins Team"},
    needs={"name", "email", "sign_in_secret"}, purpose="staff",
)  # fmt: skip

program.purpose(
    "staff", {"en": "running the shop", "de": "Betrieb des Ladens"},
    needs={"name", "email", "sign_in_secret"}, needed=True, ends="staff.left",
)  # fmt: skip
program.category(
    "letter_text", {"en": "what we wrote to you", "de": "was wir dir geschrieben haben"}, fides="user.content.private"
)
program.moment(
    "letter", {"en": "writing to you", "de": "beim Schreiben an dich"}, needs={"letter_text"}, purpose="contact"
)
program.purpose(
    "contact", {"en": "necessary letters", "de": "notwendige Schreiben"},
    needs={"email"}, can={"name", "letter_text"},
)  # fmt: skip
program.menu("letters", {"en": "Letters", "de": "Schreiben"}, purpose="contact")

program.purpose(
    "rights", {"en": "your rights", "de": "deine Rechte"}, needs={"email"}, right=True, steps={"correction": ()}
)
program.menu("mine", {"en": "What we hold about you", "de": "Was wir über dich haben"}, purpose="rights")

program.event("staff.left", {"en": "the end of your work here", "de": "dem Ende deiner Arbeit hier"})
program.event("letter.sent", {"en": "the sending of the letter", "de": "dem Versand des Schreibens"})
program.event("consent.ended", {"en": "the end of your consent", "de": "dem Ende deiner Einwilligung"})
program.event("person.erased", {"en": "your request for erasure", "de": "deinem Wunsch nach Löschung"}, certain=False)

program.cookie(
    "session", {"en": "the sign-in of our staff", "de": "die Anmeldung unseres Teams"},
    kind="session", need="required", contents={"en": "a random key", "de": "ein Zufallsschlüssel"},
)  # fmt: skip
program.cookie(
    "choices", {"en": "your answers about cookies", "de": "deine Antworten zu Cookies"},
    kind="persistent", need="required", answers=True,
    contents={"en": "a yes or no for each cookie", "de": "ein Ja oder Nein je Cookie"},
)  # fmt: skip

program.place("policy_page", {"en": "on this page", "de": "auf dieser Seite"})
program.place("every_letter", {"en": "in every letter", "de": "in jedem Schreiben"})

program.letter("staff_invitation", {"en": "invitation to the staff", "de": "Einladung ins Team"}, purpose="staff")
program.letter("erasure", {"en": "what becomes of your data", "de": "was aus deinen Daten wird"}, purpose="rights")
program.letter("new_address", {"en": "question to a new address", "de": "Frage an eine neue Adresse"}, purpose="rights")
program.letter("address_moved", {"en": "word of a new address", "de": "Meldung einer neuen Adresse"}, purpose="rights")
program.letter("own_data", {"en": "a link to your own data", "de": "Weg zu deinen Daten"}, purpose="rights")
program.letter("policy_changed", {"en": "news of this policy", "de": "Neues zu dieser Erklärung"}, purpose="contact")
program.letter("breach_notice", {"en": "notice of a breach", "de": "Nachricht über eine Panne"}, purpose="contact")
program.letter(
    "disclosure_notice", {"en": "notice before a transfer", "de": "Ankündigung einer Weitergabe"}, purpose="contact"
)

program.reason("account_safety", {"en": "the safety of your account", "de": "die Sicherheit deines Kontos"})
program.reason("breach", {"en": "a breach", "de": "eine Panne"})
program.reason(
    "disclosure_notice", {"en": "a transfer you may refuse", "de": "eine Weitergabe, die du ablehnen kannst"}
)
program.reason("policy_change", {"en": "a change of this policy", "de": "eine Änderung dieser Erklärung"})
program.reason(
    "release_told", {"en": "a release we have to tell you of", "de": "eine Herausgabe, die wir dir mitteilen"}
)

program.term("contact.reasons", "words", force="grant", stricter="less", words="reason")
program.term("contact.bulk_reasons", "words", force="grant", stricter="less", words="reason")
program.term("contact.bulk_at_most", "number", force="limit", stricter="less")

program.term(
    "cookies.max_bytes",
    "number",
    force="limit",
    stricter="less",
    scope="shop",
    gloss="no cookie holds more than {value} bytes",
)
program.term("choices.ask_again", "span", stricter="more", scope="shop", gloss="an answer is respected for {value}")

for name, en, de in (
    ("sign_in_secret", "your password or a code", "dein Passwort oder einen Code"),
    ("card_number", "a card or bank number", "eine Karten- oder Kontonummer"),
    ("identity", "an identity, tax or customs number", "eine Ausweis-, Steuer- oder Zollnummer"),
    ("other_private", "anything else that is private", "etwas anderes Privates"),
):
    program.word("private matter", name, {"en": en, "de": de})
program.term(
    "letters.never_ask",
    "words",
    force="limit",
    stricter="more",
    words="private matter",
    gloss="a letter that asks for {value} is not sent",
)

program.claim("no_foreign_links", {"en": "no letter of ours links to anybody else"})

program.word("service", "hosting", {"en": "the machines the shop runs on", "de": "die Rechner des Ladens"})
program.word("service", "mail", {"en": "carrying our letters", "de": "die Zustellung unserer Schreiben"})
program.host("mail", {"en": "the mail server", "de": "der Mailserver"}, step="mail")

program.term("checks.age", "span", stricter="less", scope="shop")
program.term("figures.window", "span", stricter="more", scope="shop")
program.live("broken", {"en": "promises found broken", "de": "gebrochen gefundene Versprechen"})
program.live("disclosures", {"en": "times that helpers were handed data", "de": "Weitergaben an Helfer"})
program.live("incidents", {"en": "security incidents", "de": "Sicherheitsvorfälle"})
program.live("releases", {"en": "releases of customer data", "de": "Herausgaben von Kundendaten"})
program.live("known_limits", {"en": "known weaknesses", "de": "bekannte Schwächen"})
program.term("security.restore_drill", "span", stricter="less", scope="shop")

program.term("breach.authority", "span", stricter="less")
program.term("breach.people", "span", stricter="less")
program.term("breach.account", "span", stricter="more", scope="shop")

for name, en in (("html", "HTML"), ("json", "JSON"), ("csv", "CSV")):
    program.word("copy format", name, {"en": en})
program.term(
    "rights.link",
    "span",
    force="limit",
    stricter="less",
    scope="shop",
    gloss="a link to your own data works for {value}",
)
program.term("rights.answer", "span", stricter="less")
program.term("rights.copy_as", "words", stricter="more", words="copy format")
program.term("rights.erasure", "span", stricter="less")
program.term("rights.backups", "span", stricter="less")
program.term("rights.objection", "words", stricter="more", words="purpose")
program.term("receipts.keep", "keep", stricter="less")

program.word("signal", "optional_cookies", {"en": "every optional cookie", "de": "jedes freiwillige Cookie"})
program.term("gpc.declines", "words", stricter="more", words="signal")
program.term("dnt.declines", "words", stricter="more", words="signal")

program.word("notice", "no", {"en": "without", "de": "ohne"})
program.word(
    "moment of loosening", "from_next_use", {"en": "from your next use of the shop", "de": "ab deiner nächsten Nutzung"}
)
program.term("changes.notice", "word", words="notice")
program.term("changes.looser", "word", words="moment of loosening")

for name, en in {
    "optional_starts_off": "everything optional is off until somebody turns it on",
    "figures_counted": "the numbers on this page are counted from the ledger",
    "results_public": "the result of each check is public, and nobody in the shop can hide one",
    "no_read_without_purpose": "personal data opens only for a purpose that a sentence grants",
    "unsent_forms_leave_nothing": "a form that was not sent leaves nothing behind",
    "visits_leave_no_trace": "no network address, device or browser is stored or logged",
    "cookie_list_complete": "a cookie that is not on the list cannot be set",
    "cookies_are_opaque": "a cookie is plain characters, and nothing in it runs",
    "cookies_host_only": "a cookie goes back to this shop alone",
    "each_cookie_can_be_declined": "each optional cookie can be declined by itself, and later too",
    "gpc_is_a_no": "the signal Global Privacy Control counts as a no",
    "no_way_out_but_one": "data leaves the shop by one gate, which asks the policy",
    "releases_recorded_and_told": "each release is recorded, counted in public and told to the person",
    "baseline_or_no_start": "the shop does not start while a precaution on the list is missing",
    "personal_forms_need_tls": "personal forms travel encrypted, or never leave the machine",
    "sealed_per_person": "personal data is sealed, under keys of its own for what is kept together",
    "keys_end_in_time": "each night the keys of what has had its time are destroyed, and its rows go",
    "openings_counted": "each opening of personal data is counted with its purpose",
    "known_limits_listed": "the list of weaknesses is made from the open risks",
    "letters_carry_code": "each letter carries a code by which it can be checked",
    "own_data_can_be_corrected": "people correct their data by themselves, as long as it can still count",
    "new_address_confirmed": "a new e-mail address counts once its owner has said so, and the old one is told",
    "uses_can_be_paused": "a use can be objected to or paused with one button",
    "gpc_shown": "the page says that it has seen the signal",
    "receipts_given": "each yes and no leaves a receipt",
}.items():
    program.claim(name, {"en": en})

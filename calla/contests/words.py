"""Contests: an entry serves one contest and is gone after it."""

from calla.policy import program

program.category("contest_entry", {"en": "your entry", "de": "dein Beitrag"}, fides="user.content")
ENTRY = {"name", "email", "contest_entry"}
program.moment("contest", {"en": "entering a contest", "de": "bei der Teilnahme"}, needs=ENTRY, purpose="contests")
program.purpose("contests", {"en": "contests", "de": "Gewinnspiele"}, needs=ENTRY)
program.event("contest.drawn", {"en": "the draw", "de": "der Ziehung"})
program.letter(
    "contest_result", {"en": "the result of a contest", "de": "Ergebnis eines Gewinnspiels"}, purpose="contests"
)
program.menu("contests", {"en": "Contests", "de": "Gewinnspiele"}, purpose="contests")
program.claim("draw_can_be_checked", {"en": "anybody can repeat the draw and get the same winner"})

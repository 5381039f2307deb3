"""Learning from sums, never from people; and the one use that learns from your own purchases."""

from calla.policy import program

program.purpose(
    "preferences", {"en": "guesses about your taste", "de": "Vermutungen über deinen Geschmack"}, needs={"purchases"}
)
program.job("guess_preferences", {"en": "guessing tastes", "de": "Vermutungen über Geschmack"}, purpose="preferences")

program.word("counted thing", "areas", {"en": "areas of the shop", "de": "Bereiche des Ladens"})
program.word("counted thing", "products", {"en": "products", "de": "Produkte"})
program.word("counting step", "day", {"en": "day", "de": "Tag"})
program.term("measure.counts", "words", force="grant", stricter="less", scope="shop", words="counted thing")
program.term("measure.step", "word", force="grant", scope="shop", words="counting step")
program.term("aggregate.at_least", "number", force="limit", stricter="more")
program.term("aggregate.epsilon", "number", force="limit", stricter="less")

program.claim("counts_without_visitors", {"en": "the counters have no column for a visitor"})
program.claim("popularity_orders_lists", {"en": "the public counts decide the order of our lists"})
program.claim("only_blurred_sums_leave", {"en": "only blurred sums can be exported, and each release is listed"})
program.claim("guesses_shown_with_source", {"en": "each guess is shown to the person with its source"})

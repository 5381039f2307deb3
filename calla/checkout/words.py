"""What some countries ask of a parcel at their border."""

from calla.policy import program

program.category("customs_id", {"en": "your customs number", "de": "deine Zollnummer"}, fides="user.government_id")
program.moment(
    "customs", {"en": "ordering to a country that asks for it", "de": "beim Bestellen in ein Land, das sie verlangt"},
    needs={"customs_id"}, purpose="customs",
)  # fmt: skip
program.purpose(
    "customs", {"en": "customs", "de": "Zoll"}, needs={"name", "delivery_address", "customs_id"}, ends="parcel.delivered"
)
program.term("customs.countries", "countries", force="grant", stricter="less", gloss="asked for in {value} only")
program.claim("buy_without_cookies", {"en": "the whole purchase works without cookies"})

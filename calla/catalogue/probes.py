"""What is promised about goods and their descriptions, tried."""

from __future__ import annotations

from calla.catalogue.html import safe
from calla.privacy.probing import expect, probe

FOREIGN = """<p>Washed linen.</p><iframe src="https://elsewhere.example/shop"></iframe>
<img src="https://elsewhere.example/a.png" alt=""><script src="https://elsewhere.example/a.js"></script>
<a href="https://elsewhere.example/">There it is cheaper</a>"""


@probe("one_seller")
def nothing_of_another_seller_gets_into_a_description() -> None:
    """We write a frame, a picture, a script and a link of somebody else into a description, and look for them."""
    cleaned = safe(FOREIGN)
    expect("elsewhere" not in cleaned, "a description could show something of another seller")
    expect("Washed linen." in cleaned, "a description lost its own words")

"""The demo's payment provider: a process of its own that plays the card network, over real HTTP.

It stands outside the shop, so it uses the standard library alone and shares no code with the shop's client for it:
each side follows the protocol as it is written down. It keeps amounts and states, never a card number, and of the
customer only which fields it was told.
"""

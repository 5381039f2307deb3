"""The outsider's kit: asks a Calla shop, over the wire alone, whether it keeps what its policy promises.

It is no part of the shop and knows nothing of its inside: all it has is an address, and the policy that is published
there. So it may use the policy's own words and an HTTP client, and nothing else of this package.
"""

"""Pages that are the same for everybody, made once and answered from memory, and gone when something they show changes.

The parts meet in keys such as `product:12` or `shop`, whose meaning is theirs alone. Whoever reads for a page says what
it saw; whoever changes something says what it touched, in the transaction of the change:

- `saw(*keys)` in selectors: the page being made shows this.
- `touched(*keys, at=None)` in services: pages that show this are out of date once this transaction is committed.
- `decline()`: the page being made is not worth keeping.
- `declare(address, **parameters)` in page apps: pages at this address hold nothing of the visitor.
- `making()`: whether a page is being made to be kept, and must not be made of what was remembered for a moment.
- `Remembered(key, read)`: a value that every page asks for, read at most once a second and after every change;
  `forget()` drops them all.
"""

from calla.kernel.pagestore.addresses import declare
from calla.kernel.pagestore.outbox import touched
from calla.kernel.pagestore.remembered import Remembered, forget
from calla.kernel.seen import decline, making, saw

__all__ = ["Remembered", "declare", "decline", "forget", "making", "saw", "touched"]

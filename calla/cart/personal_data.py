from calla.cart.models import Cart, CartLine
from calla.privacy.registry import nothing_personal

nothing_personal(Cart, CartLine)

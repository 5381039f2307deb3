from calla.checkout.models import ShippingMethod, TaxRate
from calla.privacy.registry import nothing_personal

nothing_personal(ShippingMethod, TaxRate)

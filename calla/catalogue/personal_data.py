from calla.catalogue.models import (
    Category,
    Collection,
    CollectionItem,
    Generation,
    Option,
    OptionValue,
    Picture,
    PriceChange,
    Product,
    ShopRow,
    Stock,
    StockHold,
    StockMovement,
    StockTurn,
    Variant,
    VariantValue,
)
from calla.privacy.registry import NOT_PERSONAL, declare, nothing_personal

nothing_personal(
    Category,
    Collection,
    CollectionItem,
    Generation,
    Option,
    OptionValue,
    Picture,
    PriceChange,
    Product,
    ShopRow,
    Stock,
    StockTurn,
    Variant,
    VariantValue,
)

# Both name an order by its id alone; whose order it is stands with the order, and goes with it.
declare(
    StockHold,
    {
        "order_id": NOT_PERSONAL,
        "variant_id": NOT_PERSONAL,
        "quantity": NOT_PERSONAL,
        "expires_at": NOT_PERSONAL,
    },
)

declare(
    StockMovement,
    {
        "variant_id": NOT_PERSONAL,
        "on_hand": NOT_PERSONAL,
        "allocated": NOT_PERSONAL,
        "reason": NOT_PERSONAL,
        "actor": NOT_PERSONAL,
        "actor_subject": NOT_PERSONAL,  # an opaque id of staff, kept with the books of the stock
        "order_id": NOT_PERSONAL,
        "at": NOT_PERSONAL,
    },
    stays="how many pieces came and went in our stock, without whose they were",
)

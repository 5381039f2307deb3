from calla.cart import services
from calla.kernel.jobs import periodic


@periodic("23 3 * * *")
def clear_expired_carts() -> None:
    services.clear_expired()

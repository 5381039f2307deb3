"""What it costs to open a sealed value for a purpose, beside a plain attribute: `python -m bench.opening`."""

from __future__ import annotations

from bench import report, shop


def main() -> None:
    with shop.database():
        from calla.orders.models import Order
        from calla.privacy import keys, reading
        from tests.builders import orders

        order = Order.objects.select_related("subject").get(pk=orders.a_draft().pk)
        reference = report.best_of(lambda: order.number, times=20_000)

        def cold() -> None:
            keys.forget_opened()
            order.details.open("orders")

        rows = [
            ("a plain attribute", reference, 1.0),
            ("what the policy grants", *_against(reference, lambda: reading.granted(order, _kind(order), "orders"))),
            ("open for “orders”, key in memory", *_against(reference, lambda: order.details.open("orders"))),
            ("open for “orders.carrier”", *_against(reference, lambda: order.details.open("orders.carrier"))),
            ("open, key fetched from its database", *_against(reference, cold, times=300)),
        ]
        report.table("Opening personal data", ["what", "µs", "× a plain attribute"], rows)


def _against(reference: float, work: object, times: int = 2000) -> tuple[float, float]:
    cost = report.best_of(work, times=times)  # type: ignore[arg-type]
    return cost, cost / reference


def _kind(order: object) -> object:
    return type(order).details.field.kind  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()

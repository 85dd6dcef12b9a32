"""Orders to suppliers, their deliveries, invoices and tracing data."""

from pestle.records.purchasing.deliveries import (
    ON_ITS_WAY,
    Delivery,
    DeliveryLine,
    SupplierInvoice,
    TracedPackage,
)
from pestle.records.purchasing.orders import ON_ORDER, Order, OrderLine

__all__ = [
    "ON_ITS_WAY",
    "ON_ORDER",
    "Delivery",
    "DeliveryLine",
    "Order",
    "OrderLine",
    "SupplierInvoice",
    "TracedPackage",
]

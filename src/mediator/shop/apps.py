from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "mediator.shop"
    label = "shop"

    def ready(self) -> None:
        """Stock is given back when a deal ends before its goods were sent."""
        from mediator.deals import outbox
        from mediator.shop import stock

        outbox.listen("shop.stock", stock.on_events)

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "mediator.shop"
    label = "shop"

    def ready(self) -> None:
        """Stock is given back when a deal ends before its goods were sent; payouts go to the account that was named."""
        from mediator.deals import outbox
        from mediator.rails import payees
        from mediator.shop import payout_accounts, stock

        outbox.listen("shop.stock", stock.on_events)
        payees.set_book(payout_accounts.NamedAccounts())

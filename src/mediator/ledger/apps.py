from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "mediator.ledger"
    label = "ledger"

from django.apps import AppConfig


class RailsConfig(AppConfig):
    name = "mediator.rails"
    label = "rails"

    def ready(self) -> None:
        """Payouts and pay-backs begin with what the outbox tells."""
        from mediator.deals import outbox
        from mediator.rails import payouts

        outbox.listen("rails", payouts.on_events)

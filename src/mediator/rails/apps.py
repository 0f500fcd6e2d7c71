from django.apps import AppConfig


class RailsConfig(AppConfig):
    name = "mediator.rails"
    label = "rails"

    def ready(self) -> None:
        """Payouts begin with what the outbox tells; the audit is told what the rails say."""
        from mediator.deals import outbox
        from mediator.rails import payouts, queries

        outbox.listen("rails", payouts.on_events)
        queries.tell_the_audit()

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "mediator.mediation.cases"
    label = "cases"

    def ready(self) -> None:
        """Cases and parcels follow what the outbox tells."""
        from mediator.deals import outbox
        from mediator.mediation.cases import parcels, projection

        outbox.listen("cases", projection.on_events)
        outbox.listen("parcels", parcels.on_events)

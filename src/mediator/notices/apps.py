from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "mediator.notices"
    label = "notices"

    def ready(self) -> None:
        """Notices begin with what the outbox tells."""
        from mediator.deals import outbox
        from mediator.notices import listener

        outbox.listen("notices", listener.on_events)

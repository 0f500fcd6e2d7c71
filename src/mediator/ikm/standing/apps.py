from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "mediator.ikm.standing"
    label = "ikm_standing"

    def ready(self) -> None:
        """Ended deals change records; the shop asks for clocks, the rails for paces."""
        from mediator.deals import outbox
        from mediator.ikm.standing import listener, pace
        from mediator.rails import payouts
        from mediator.shop import shelf

        outbox.listen("ikm.standing", listener.on_events)
        shelf.ask_inspection(pace.inspection_of)
        payouts.set_pace(pace.payout_after)

from django.apps import AppConfig


class ProducersConfig(AppConfig):
    name = "mediator.ikm.producers"
    label = "ikm_producers"

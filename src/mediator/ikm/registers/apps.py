from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "mediator.ikm.registers"
    label = "ikm_registers"

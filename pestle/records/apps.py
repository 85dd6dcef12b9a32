"""The tables, as Django knows them."""

from django.apps import AppConfig


class Records(AppConfig):
    """All tables of Pestle: one app, one migration history."""

    name = "pestle.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

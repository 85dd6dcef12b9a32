"""Templates, static files and template tags, as Django knows them."""

from django.apps import AppConfig


class Pages(AppConfig):
    """The pages of all stations."""

    name = "pestle.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"

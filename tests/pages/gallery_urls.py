"""The gallery alone, for tests that need no pharmacy."""

from django.urls import include, path

urlpatterns = [path("parts/", include("pestle.pages.parts"))]

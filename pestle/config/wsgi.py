"""The application as a web server sees it."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pestle.config.settings")

application = get_wsgi_application()
# Every page is read here, once, before the page server forks: a worker that died is back in no time.
import_module(settings.ROOT_URLCONF)
# What is read by now stays: workers that fork from here share it, for as long as nobody counts through it.
gc.collect()
gc.freeze()

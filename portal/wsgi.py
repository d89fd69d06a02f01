import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from portal.bad_requests import guarded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = guarded(get_wsgi_application())
import_string("portal.startup.refuse_unsafe_start")()  # by its name, as it needs models, which there are only now

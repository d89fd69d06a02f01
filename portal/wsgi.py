import os

from django.core.wsgi import get_wsgi_application

from portal import startup
from portal.bad_requests import guarded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = guarded(get_wsgi_application())
startup.refuse_unsafe_start()

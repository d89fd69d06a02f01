from django.urls import URLPattern, path

from reports.views import bulk, emergency, inbound_mail, mail_parts, quarantine, queue, saved_views, undelivered

urlpatterns: list[URLPattern] = [
    path("", queue.queue, name="queue"),
    path("emergency/", emergency.break_glass, name="break-glass"),
    path("together/", bulk.decide, name="decide-together"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("quarantine/review/", quarantine.review, name="review-quarantine"),
    path("mail/<slug:code>/", inbound_mail.page, name="quarantined-mail"),
    path("mail/<slug:code>/html/", mail_parts.html, name="mail-html"),
    path("mail/<slug:code>/source/", mail_parts.source, name="mail-source"),
    path("mail/<slug:code>/opened/", mail_parts.opened, name="mail-opened"),
    path("undelivered/", undelivered.failed, name="undelivered"),
    path("undelivered/send-again/", undelivered.send_again, name="send-again"),
    path("views/", saved_views.views, name="saved-views"),
    path("views/save/", saved_views.save, name="save-view"),
    path("views/<int:pk>/rename/", saved_views.rename, name="rename-view"),
    path("views/<int:pk>/delete/", saved_views.delete, name="delete-view"),
]

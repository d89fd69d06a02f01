from django.urls import path

from reports.views import intake

urlpatterns = [
    path("", intake.before_you_report, name="before-you-report"),
    path("new/", intake.report_form, name="report-form"),
    path("files/", intake.stage_file, name="stage-file"),
    path("sent/", intake.submitted, name="submitted"),
]

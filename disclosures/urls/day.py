"""The day of a release, before it and on it."""

from django.urls import path

from disclosures.views import day, exceptions, heads_up, plan, rehearsals

urlpatterns = [
    path("<slug:reference>/day/", day.page, name="report-day"),
    path("<slug:reference>/day/plan/", plan.page, name="report-release-plan"),
    path("<slug:reference>/day/steps/", day.steps, name="report-steps"),
    path("<slug:reference>/day/start/", day.start, name="report-start-day"),
    path("<slug:reference>/day/prepare/", day.prepare, name="report-prepare-day"),
    path("<slug:reference>/day/stop/", day.stop, name="report-stop-day"),
    path("<slug:reference>/day/go-on/", day.go_on, name="report-go-on"),
    path("<slug:reference>/day/changes/", day.publish_changes, name="report-publish-changes"),
    path("<slug:reference>/day/steps/<int:pk>/again/", day.try_again, name="report-try-step"),
    path("<slug:reference>/day/releases/<int:pk>/judge/", day.judge_release, name="report-judge-release"),
    path("<slug:reference>/day/adopt/<int:pk>/", day.adopt, name="report-adopt"),
    path("<slug:reference>/day/adopt/<int:pk>/none/", day.adopt_none, name="report-adopt-none"),
    path("<slug:reference>/day/heads-up/", heads_up.page, name="report-heads-up"),
    path("<slug:reference>/exceptions/", exceptions.page, name="report-exceptions"),
    path("<slug:reference>/exceptions/<int:pk>/agree/", exceptions.agree, name="report-agree-exception"),
    path("<slug:reference>/exceptions/<int:pk>/drop/", exceptions.drop, name="report-drop-exception"),
    path("<slug:reference>/rehearsal/", rehearsals.page, name="report-rehearsal"),
    path("<slug:reference>/rehearsal/<int:pk>/release/", rehearsals.release, name="report-rehearse-release"),
    path("<slug:reference>/rehearsal/id/", rehearsals.let_id_come, name="report-rehearse-id"),
    path("<slug:reference>/rehearsal/end/", rehearsals.end, name="report-end-rehearsal"),
]

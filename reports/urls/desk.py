from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reports.enums import Work
from reports.lifecycle import Move
from reports.views import (
    alike,
    case_file,
    desk,
    desk_facts,
    desk_files,
    desk_identity,
    desk_moves,
    desk_writing,
    engagement,
    finder,
    findings,
    fix,
    github_report,
    links,
    patch_team,
    sharing,
    splitting,
)


class MoveConverter(StringConverter):
    """A row of the lifecycle's table, by its name."""

    regex = "|".join(Move)

    def to_python(self, value: str) -> Move:
        return Move(value)


class WorkConverter(StringConverter):
    """A part of the patch team's checklist, by its name."""

    regex = "|".join(Work)

    def to_python(self, value: str) -> Work:
        return Work(value)


register_converter(MoveConverter, "move")
register_converter(WorkConverter, "work")

urlpatterns = [
    path("<slug:reference>/", desk.report, name="report"),
    path("<slug:reference>/<move:step>/", desk_moves.move, name="report-move"),
    path("<slug:reference>/write/", desk_writing.write, name="report-write"),
    path("<slug:reference>/waiting/", desk_writing.wait, name="report-wait"),
    path("<slug:reference>/take/", desk_facts.take, name="report-take"),
    path("<slug:reference>/hand-over/", desk_facts.hand_over, name="report-hand-over"),
    path("<slug:reference>/hand-over/answer/", desk_facts.answer_offer, name="report-answer-offer"),
    path("<slug:reference>/projects/", desk_facts.projects, name="report-projects"),
    path("<slug:reference>/severity/", desk_facts.severity, name="report-severity"),
    path("<slug:reference>/let-in/", desk_facts.lift_quarantine, name="report-lift-quarantine"),
    path("<slug:reference>/links/", links.page, name="report-links"),
    path("<slug:reference>/split/", splitting.split, name="report-split"),
    path("<slug:reference>/alike/", alike.page, name="report-alike"),
    path("<slug:reference>/alike/leave/", alike.leave, name="report-leave-group"),
    path("<slug:reference>/alike/decline/", alike.decline_others, name="report-decline-others"),
    path("<slug:reference>/findings/", findings.page, name="report-findings"),
    path("<slug:reference>/findings/make/", findings.make, name="report-make-findings"),
    path("<slug:reference>/findings/decide/", findings.decide, name="report-decide-findings"),
    path("<slug:reference>/patch-team/", patch_team.page, name="report-patch-team"),
    path("<slug:reference>/patch-team/leave/", patch_team.leave, name="report-leave-team"),
    path("<slug:reference>/patch-team/<int:pk>/withdraw/", patch_team.withdraw, name="report-withdraw-invitation"),
    path("<slug:reference>/fix/", fix.page, name="report-fix"),
    path("<slug:reference>/fix/<int:pk>/", fix.plan, name="report-plan"),
    path("<slug:reference>/fix/<int:pk>/<work:work>/", fix.tick, name="report-tick"),
    path("<slug:reference>/github/", github_report.page, name="report-github"),
    path("<slug:reference>/github/again/", github_report.try_again, name="report-github-again"),
    path("<slug:reference>/trust/", engagement.trust, name="report-trust"),
    path("<slug:reference>/sharing/", sharing.page, name="report-sharing"),
    path("<slug:reference>/sharing/<int:pk>/revoke/", sharing.revoke, name="report-revoke"),
    path("<slug:reference>/sharing/<int:pk>/end-links/", sharing.end_links, name="report-end-links"),
    path("<slug:reference>/recuse/", sharing.recuse, name="report-recuse"),
    path("<slug:reference>/recusals/<int:pk>/lift/", sharing.lift_recusal, name="report-lift-recusal"),
    path("<slug:reference>/restrict/", sharing.restrict, name="report-restrict"),
    path("<slug:reference>/restriction/lift/", sharing.lift_restriction, name="report-lift-restriction"),
    path("<slug:reference>/finder/", finder.correct, name="report-finder"),
    path("<slug:reference>/reporter/", desk_identity.reveal, name="report-reveal"),
    path("<slug:reference>/case-file/", case_file.case_file, name="report-case-file"),
    path("<slug:reference>/files/<int:pk>/", desk_files.download, name="report-file"),
    path("<slug:reference>/files/<int:pk>/picture/", desk_files.picture, name="report-picture"),
]

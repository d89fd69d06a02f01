from django.urls import path

from disclosures.views import advisories, review

urlpatterns = [
    path("<slug:reference>/advisories/", advisories.listing, name="report-advisories"),
    path("<slug:reference>/advisories/begin/", advisories.begin, name="report-begin-advisory"),
    path("<slug:reference>/advisories/<slug:advisory>/", advisories.editor, name="report-advisory"),
    path("<slug:reference>/advisories/<slug:advisory>/drop/", advisories.drop, name="report-drop-advisory"),
    path("<slug:reference>/advisories/<slug:advisory>/review/", review.review, name="report-advisory-review"),
    path("<slug:reference>/advisories/<slug:advisory>/approve/", review.approve, name="report-advisory-approve"),
    path(
        "<slug:reference>/advisories/<slug:advisory>/approval/withdraw/",
        review.withdraw_approval,
        name="report-withdraw-approval",
    ),
    path("<slug:reference>/advisories/<slug:advisory>/waive/", review.waive, name="report-advisory-waive"),
    path("<slug:reference>/advisories/<slug:advisory>/comment/", review.comment, name="report-advisory-comment"),
    path(
        "<slug:reference>/advisories/<slug:advisory>/comments/<int:pk>/settle/",
        review.settle,
        name="report-advisory-settle",
    ),
    path("<slug:reference>/advisories/<slug:advisory>/history/", review.history, name="report-advisory-history"),
]

"""What programs read. An address here is the path of a document on the shelf (`disclosures/shelf.py`)."""

from django.urls import path

from disclosures import shelf
from disclosures.views import documents
from portal import openpgp

urlpatterns = [
    path("advisories/index.json", documents.document, name="advisories-index"),
    path("advisories/projects.json", documents.document, name="advisories-projects"),
    path("advisories/acknowledgements/<int:year>.json", documents.document, name="acknowledgements-of-year"),
    path(shelf.FEED, documents.feed, name="advisories-feed"),
    path("advisories/<slug:identifier>/cve.json", documents.document, name="advisory-cve"),
    path("osv/all.zip", documents.document, name="osv-all"),
    path("osv/<slug:identifier>.json", documents.osv, name="osv"),
    path("csaf/provider-metadata.json", documents.provider_metadata, name="csaf-metadata-too"),
    path(shelf.METADATA, documents.provider_metadata, name="csaf-metadata"),
    path(f"{shelf.CSAF}/white/<path:name>", documents.csaf, name="csaf"),
    path(openpgp.PUBLISHED_AT, documents.public_key, name="openpgp-key"),
]

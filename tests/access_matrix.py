"""Who gets which answer from which address: the status of a GET and of an empty POST, for everybody of the cast.

Columns: anonymous, reporter with key, other reporter, patch-team member, security-team member, recused member,
maintainer without a grant, plain user, administrator (`tests.cast.Who`). A single number is everybody's. The rest of
the cast has no columns: they get what somebody else gets, with the differences in `LIKE`.

302 is the way to the sign-in, or back from a verb; 403 keeps what somebody typed who is not signed in.
"""

from collections.abc import Mapping
from typing import Final

from tests.cast import Who

type Row = tuple[str, str]

OURS: Final[dict[str, Row]] = {
    # the portal's own pages
    "home": ("200", "405"),
    "healthz": ("200", "405"),
    "readyz": ("200", "405"),
    "dashboard": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "mark-seen": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 302 302 302 302"),
    "policy": ("200", "405"),
    "team": ("200", "405"),
    "markdown-preview": ("405", "200"),
    "leaving": ("405", "422"),
    "security-txt": ("200", "405"),
    # what the world reads
    "advisories": ("200", "405"),
    "acknowledgements": ("200", "405"),
    "acknowledgements-of-year": ("200", "405"),
    "advisories-index": ("200", "405"),
    "advisories-projects": ("200", "405"),
    "advisories-feed": ("200", "405"),
    "advisory-cve": ("200", "405"),
    "osv-all": ("200", "405"),
    "osv": ("200", "405"),
    "csaf": ("200", "405"),
    "csaf-metadata": ("200", "405"),
    "csaf-metadata-too": ("200", "405"),
    "openpgp-key": ("200", "405"),
    "key-directory": ("200", "405"),
    "key-directory-policy": ("200", "405"),
    "key-directory-of-domain": ("200", "405"),
    "key-directory-policy-of-domain": ("200", "405"),
    "advisory-by-cve": ("302", "405"),
    "advisory-by-ghsa": ("302", "405"),
    "advisory-page": ("200", "405"),
    "advisory-leaving": ("404", "405"),
    "advisory-revision": ("200", "405"),
    "github-webhook": ("405", "404"),
    "mail-webhook": ("404", "404"),
    # signing in, second factors, sessions
    "account_login": ("200 200 200 302 302 302 302 302 302", "405"),
    "account_logout": ("302 302 302 200 200 200 200 200 200", "302"),
    "account_inactive": ("200", "405"),
    "github_login": ("405", "302"),
    "github_callback": ("401", "405"),
    "socialaccount_login_cancelled": ("200", "405"),
    "socialaccount_login_error": ("401", "405"),
    "preferences": ("302 302 302 200 200 200 200 200 200", "403 403 403 200 200 200 200 200 200"),
    "second-factor": ("302", "403 403 403 405 405 405 405 405 405"),
    "account_reauthenticate": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_index": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "mfa_authenticate": ("302", "302"),
    "mfa_reauthenticate": ("302 302 302 200 200 200 200 200 200", "403 403 403 200 200 200 200 200 200"),
    "mfa_activate_totp": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_deactivate_totp": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_view_recovery_codes": ("302 302 302 404 404 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "mfa_generate_recovery_codes": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_download_recovery_codes": ("302 302 302 404 404 404 404 404 404", "403 403 403 404 404 404 404 404 404"),
    "mfa_list_webauthn": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "mfa_add_webauthn": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_reauthenticate_webauthn": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_remove_webauthn": ("302", "403 403 403 302 302 302 302 302 302"),
    "mfa_edit_webauthn": ("302", "403 403 403 302 302 302 302 302 302"),
    "usersessions_list": ("302 302 302 200 200 200 200 200 200", "403 403 403 302 302 302 302 302 302"),
    # oneself and the team
    "terms": ("302 302 302 200 200 200 200 200 200", "403 403 403 422 422 422 422 422 422"),
    "me": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "join": ("302 302 302 200 200 200 200 200 200", "403 403 403 422 422 422 422 422 422"),
    "my-key": ("302 302 302 200 200 200 200 200 200", "403 403 403 422 422 422 422 422 422"),
    "my-key-remove": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 302 302 302 302"),
    "be-away": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 422 422 404 404 404"),
    "end-absence": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 302 404 404 404 404"),
    "appeal": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 422 422 422 422"),
    "step-down": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 302 302 302 302"),
    "stepped-down": ("200", "405"),
    "projects": ("302 302 302 200 200 200 200 404 200", "403 403 403 405 405 405 405 405 405"),
    "confirm-maintainer": ("302 302 302 404 404 404 404 404 200", "403 403 403 404 404 404 404 404 422"),
    "withdraw-confirmation": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 404 404 404 404 302"),
    "team-history": ("302 302 302 200 200 200 200 404 200", "403 403 403 405 405 405 405 405 405"),
    # an appeal is open, and leads alone answer it: nobody of the cast is one
    "answer-appeal": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 404 404 404 404 404"),
    "rota": ("302 302 302 200 200 200 200 404 200", "403 403 403 405 405 405 405 405 405"),
    "choose-duty": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 302 302 404 404 404"),
    "drift": ("302 302 302 404 200 200 404 404 200", "403 403 403 405 405 405 405 405 405"),
    "ask-github": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 404 404 404 404 302"),
    "decide-sync": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 404 404 404 404 302"),
    # reporting and following a report without an account
    "before-you-report": ("200", "405"),
    "report-form": ("200", "422"),
    "stage-file": ("405", "400"),
    "submitted": ("302", "405"),
    "open-report": ("200", "302"),
    "open-github-report": ("200", "404"),
    "report-find": ("200", "422"),
    "track": ("404 200 404 404 404 404 404 404 404", "404 422 404 404 404 404 404 404 404"),
    "track-credit": ("404 200 404 404 404 404 404 404 404", "404 422 404 404 404 404 404 404 404"),
    "track-address": ("404 200 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-key": ("404 200 404 404 404 404 404 404 404", "404 422 404 404 404 404 404 404 404"),
    "track-key-remove": ("404 405 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-key-confirm": ("404 200 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-invite": ("404 200 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-invited": ("404 302 404 404 404 404 404 404 404", "404 405 404 404 404 404 404 404 404"),
    "track-withdraw": ("404 200 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-renew": ("404 200 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-renewed": ("404 302 404 404 404 404 404 404 404", "404 405 404 404 404 404 404 404 404"),
    "track-everything": ("404 405 404 404 404 404 404 404 404", "404 200 404 404 404 404 404 404 404"),
    "track-leave": ("404 405 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-file": ("404 200 404 404 404 404 404 404 404", "404 405 404 404 404 404 404 404 404"),
    "track-picture": ("404 200 404 404 404 404 404 404 404", "404 405 404 404 404 404 404 404 404"),
    # how people want to be thanked
    "track-credit-answer": ("404 200 404 404 404 404 404 404 404", "404 422 404 404 404 404 404 404 404"),
    "track-name-finder": ("404 405 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "track-credit-finder": ("404 200 404 404 404 404 404 404 404", "404 422 404 404 404 404 404 404 404"),
    "track-finder-link": ("404 405 404 404 404 404 404 404 404", "404 302 404 404 404 404 404 404 404"),
    "finder-credit": ("404", "404"),  # by the key of a report, which leads to no question
    "my-credit": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "my-credit-answer": ("302 302 302 200 404 404 404 404 404", "403 403 403 422 404 404 404 404 404"),
    "report-credit": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 422 404 404 404 404"),
    "report-credit-ask": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-credit-ask-one": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-credit-link": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-credit-enter": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 422 404 404 404 404"),
    "report-credit-place-again": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-credit-place": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    # lists
    "queue": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "break-glass": ("302 302 302 404 404 404 404 404 200", "403 403 403 404 404 404 404 404 422"),
    "decide-together": ("302", "403 403 403 302 302 302 302 302 302"),
    "quarantine": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "review-quarantine": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 302 302 302 302"),
    "quarantined-mail": ("302 302 302 404 200 404 404 404 404", "403 403 403 404 422 404 404 404 404"),
    "mail-html": ("302 302 302 404 302 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "mail-source": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 200 404 404 404 404"),
    "mail-opened": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 422 404 404 404 404"),
    "undelivered": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "send-again": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 302 302 302 302"),
    "saved-views": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "save-view": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 422 422 422 422"),
    "rename-view": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 422 404 404 404 404"),
    "delete-view": ("302 302 302 405 405 405 405 405 405", "403 403 403 404 302 404 404 404 404"),
    "obligations": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    "cve-queue": ("302 302 302 200 200 200 200 200 200", "403 403 403 405 405 405 405 405 405"),
    # an invitation is there for whom it asks alone
    "asked": ("302 302 302 404 404 404 200 404 404", "403 403 403 404 404 404 422 404 404"),
    # one report: who cannot read it gets what a reference that never existed gets
    "report": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-move": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 409 404 404 404 404"),
    "report-write": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-wait": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-take": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-hand-over": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-answer-offer": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-projects": ("302 302 302 200 200 404 404 404 404", "403 403 403 302 302 404 404 404 404"),
    "report-severity": ("302 302 302 200 200 404 404 404 404", "403 403 403 302 302 404 404 404 404"),
    "report-lift-quarantine": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-links": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 422 404 404 404 404"),
    "report-split": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 422 404 404 404 404"),
    "report-alike": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 302 404 404 404 404"),
    "report-leave-group": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-decline-others": ("302 302 302 302 302 404 404 404 404", "403 403 403 302 302 404 404 404 404"),
    "report-make-public": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 422 404 404 404 404"),
    "report-keep-private": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-publish-again": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "track-make-public": ("404 200 404 404 404 404 404 404 404", "404 422 404 404 404 404 404 404 404"),
    "report-findings": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-make-findings": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-decide-findings": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-patch-team": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-leave-team": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-withdraw-invitation": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-fix": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-plan": ("302 302 302 200 200 404 404 404 404", "403 403 403 302 302 404 404 404 404"),
    "report-tick": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "calendar": ("302 302 302 200 200 200 200 404 200", "403 403 403 405 405 405 405 405 405"),
    "rehearsals": ("302 302 302 200 200 200 200 404 200", "403 403 403 422 422 422 422 404 422"),
    "report-exceptions": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-agree-exception": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-drop-exception": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-withdraw-advisory": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-agree-withdrawal": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-drop-withdrawal": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-waive-withdrawal": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-say-withdrawn": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-follow-up": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-rehearsal": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-rehearse-release": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-rehearse-id": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-end-rehearsal": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-heads-up": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-release-plan": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-day": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-steps": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-start-day": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-prepare-day": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-stop-day": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-go-on": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-publish-changes": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-try-step": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-judge-release": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-adopt": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-adopt-none": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-advisories": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-begin-advisory": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-advisory": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-drop-advisory": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-advisory-review": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-advisory-history": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-advisory-approve": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-withdraw-approval": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-advisory-waive": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-advisory-comment": ("302 302 302 405 405 405 405 405 405", "403 403 403 422 422 404 404 404 404"),
    "report-advisory-settle": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-cve": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-cve-act": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-cve-spread": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-cve-rejection-again": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-cve-rejection-done": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-github": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-github-again": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-trust": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-sharing": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-revoke": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-end-links": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-recuse": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-lift-recusal": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-restrict": ("302 302 302 200 200 404 404 404 404", "403 403 403 422 422 404 404 404 404"),
    "report-lift-restriction": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-finder": ("302 302 302 302 302 404 404 404 404", "403 403 403 302 302 404 404 404 404"),
    "report-reveal": ("302 302 302 405 405 405 405 405 405", "403 403 403 302 302 404 404 404 404"),
    "report-file": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
    "report-case-file": ("302 302 302 302 200 404 404 404 404", "403 403 403 302 200 404 404 404 404"),
    "report-picture": ("302 302 302 200 200 404 404 404 404", "403 403 403 405 405 405 405 405 405"),
}

DEMO: Final[dict[str, Row]] = {
    "demo": ("200", "405"),
    "demo-sign-in": ("302", "302"),
    "demo-mailbox": ("200", "405"),
    "demo-write-mail": ("200", "422"),
    "demo-github": ("200", "405"),
    "demo-github-trouble": ("405", "302"),
    "demo-github-writes": ("200", "405"),
    "demo-github-repository": ("404", "405"),
    "demo-github-archive": ("405", "404"),
    "demo-github-rename": ("405", "404"),
    "demo-github-role": ("405", "404"),
    "demo-github-release": ("405", "404"),
    "demo-github-report": ("405", "404"),
    "demo-github-private-reports": ("405", "404"),
    "demo-github-fault": ("405", "404"),
    "demo-github-one-release": ("404", "405"),
    "demo-github-publish-release": ("405", "404"),
    "demo-github-delete-release": ("405", "404"),
    "demo-github-move-tag": ("405", "404"),
    "demo-github-notes": ("405", "404"),
    "demo-github-advisory": ("404", "405"),
    "demo-github-publish-advisory": ("405", "404"),
    "demo-github-accept-advisory": ("405", "404"),
    "demo-github-rewrite-advisory": ("405", "404"),
    "demo-github-close-advisory": ("405", "404"),
    "demo-github-withdraw-advisory": ("405", "404"),
    "demo-github-cve": ("405", "404"),
    "sandbox-advisory": ("404", "405"),
    "sandbox-issue": ("404", "405"),
    "sandbox-release": ("404", "405"),
    "sandbox-authorize": ("404", "404"),
    "sandbox-access-token": ("405", "200"),
    "sandbox-user": ("401", "405"),
}
"""The demo's own: they do not exist elsewhere."""


# --- The administration -------------------------------------------------------------------------------------

type Pages = dict[str, Row]

NOBODY: Final = ("302 302 302 403 403 403 403 403 403", "403")
"""Nothing is added by hand that comes about by what people do, and nothing is ever deleted."""
PEOPLE: Final[Pages] = {
    "changelist": ("302 302 302 403 200 200 403 403 200", "403 403 403 403 200 200 403 403 200"),
    "add": ("302 302 302 403 403 403 403 403 200", "403 403 403 403 403 403 403 403 200"),
    "history": ("302 302 302 403 200 200 403 403 200", "403 403 403 403 200 200 403 403 200"),
    "delete": NOBODY,
    "change": ("302 302 302 403 200 200 403 403 200", "403 403 403 403 403 403 403 403 200"),
    "": ("302 302 302 403 302 302 403 403 302", "403 403 403 403 302 302 403 403 302"),
}
"""Members of the team read, the administrator puts right."""
EVIDENCE: Final[Pages] = {
    **PEOPLE,
    "add": NOBODY,
    "change": ("302 302 302 403 200 200 403 403 200", "403"),
}
"""Read by both, changed by nobody."""
RECORD: Final[Pages] = {
    "changelist": ("302 302 302 403 200 200 403 403 403", "403 403 403 403 200 200 403 403 403"),
    "add": NOBODY,
    "history": ("302 302 302 403 200 302 403 403 302", "403 403 403 403 200 302 403 403 302"),
    "delete": NOBODY,
    "change": ("302 302 302 403 200 302 403 403 403", "403 403 403 403 200 302 403 403 403"),
    "": ("302 302 302 403 302 302 403 403 302", "403 403 403 403 302 302 403 403 302"),
}
"""Members put right. Of a row that one may not read, the answer is the one for a row that is not there."""
THE_REPORT: Final[Pages] = {
    **RECORD,
    "change": ("302 302 302 403 200 302 403 403 403", "403 403 403 403 302 302 403 403 403"),
}
"""An empty form changes nothing, and all it asks for may be empty."""
WALLS: Final[Pages] = {
    **RECORD,
    "add": ("302 302 302 403 200 200 403 403 403", "403 403 403 403 200 200 403 403 403"),
}
"""The one thing that is begun here."""
TO_READ: Final[Pages] = {
    **RECORD,
    "change": ("302 302 302 403 200 302 403 403 403", "403 403 403 403 403 302 403 403 403"),
}
"""Told to members, changed by nobody."""
TOLD: Final[Pages] = {
    **TO_READ,
    "history": ("302 302 302 403 200 200 403 403 403", "403 403 403 403 200 200 403 403 403"),
    "change": ("302 302 302 403 200 200 403 403 403", "403"),
}
"""What the world was told: it belongs to no report, so members read it whatever they are walled off from."""

WHO_CAME: Final[Pages] = {
    "changelist": ("302 302 302 403 200 200 403 403 200", "403 403 403 403 200 200 403 403 200"),
    "add": NOBODY,
    "history": ("302 302 302 403 302 302 403 403 200", "403 403 403 403 302 302 403 403 200"),
    "delete": NOBODY,
    "change": ("302 302 302 403 302 302 403 403 200", "403 403 403 403 302 302 403 403 403"),
    "": ("302 302 302 403 302 302 403 403 302", "403 403 403 403 302 302 403 403 302"),
}
"""Of another person's account the record is shown to administrators, and to leads."""

MODELS: Final[dict[str, Pages]] = {
    "teams_user": PEOPLE,
    "teams_project": PEOPLE,
    "teams_maintainership": PEOPLE,
    "teams_securityteammembership": PEOPLE,
    "teams_accountevent": WHO_CAME,
    "teams_dutyweek": PEOPLE,
    "teams_absence": PEOPLE,
    "teams_evidence": EVIDENCE,
    "teams_syncrun": EVIDENCE,
    "teams_departure": EVIDENCE,
    "teams_appeal": EVIDENCE,
    "teams_termsacceptance": EVIDENCE,
    "reports_report": THE_REPORT,
    "reports_affectedproject": RECORD,
    "reports_reporter": RECORD,
    "reports_grant": RECORD,
    "reports_recusal": WALLS,
    "reports_clock": RECORD,
    "reports_notification": TO_READ,
    "reports_reportevent": TO_READ,
    "reports_inboundmail": TO_READ,
    "reports_publicfigures": TOLD,
    "disclosures_credit": TO_READ,
    "disclosures_creditanswer": TO_READ,
    "disclosures_creditplace": TO_READ,
    "disclosures_advisory": TO_READ,
    "disclosures_affectedproduct": TO_READ,
    "disclosures_affectedrange": TO_READ,
    "disclosures_reference": TO_READ,
    "disclosures_revision": TO_READ,
    "disclosures_release": TO_READ,
    "disclosures_repositoryadvisory": TO_READ,
    "disclosures_ruleexception": TO_READ,
    "disclosures_withdrawal": TO_READ,
    "disclosures_conduct": TO_READ,
    "disclosures_step": TO_READ,
    "disclosures_approval": TO_READ,
    "disclosures_comment": TO_READ,
    "disclosures_leakwaiver": TO_READ,
    "disclosures_cverequest": TO_READ,
    "disclosures_publishedadvisory": TOLD,
    "disclosures_publishedrevision": TOLD,
    "disclosures_publishedfile": TOLD,
    "disclosures_publicstatistics": TOLD,
}


def _place(model: str, page: str) -> str:
    app, _, name = model.partition("_")
    return f"admin:{model}_{page}" if page else f"admin/{app}/{name}/<path:object_id>/"


ADMINISTRATION: Final[dict[str, Row]] = {
    "admin:index": ("302 302 302 403 200 200 403 403 200", "403 403 403 403 200 200 403 403 200"),
    "admin:login": ("302", "302"),
    "admin:logout": ("302 302 302 403 302 302 403 403 302", "403 403 403 403 302 302 403 403 302"),
    "admin:password_change": ("302 302 302 403 404 404 403 403 404", "403 403 403 403 404 404 403 403 404"),
    "admin:password_change_done": ("302 302 302 403 404 404 403 403 404", "403 403 403 403 404 404 403 403 404"),
    "admin:autocomplete": ("302 302 302 403 403 403 403 403 403", "403 403 403 403 405 405 403 403 405"),
    "admin:jsi18n": ("302 302 302 403 200 200 403 403 200", "403 403 403 403 405 405 403 403 405"),
    "admin:view_on_site": ("302 302 302 403 404 404 403 403 404", "403 403 403 403 404 404 403 403 404"),
    "admin:app_list": ("302 302 302 403 200 200 403 403 404", "403 403 403 403 200 200 403 403 404"),
    "admin/(?P<url>.*)$": ("302 302 302 403 404 404 403 403 404", "403 403 403 403 404 404 403 403 404"),
    **{_place(model, page): row for model, pages in MODELS.items() for page, row in pages.items()},
}


# --- Those who get what somebody else gets ------------------------------------------------------------------

EVERYTHING: Final = {**OURS, **ADMINISTRATION, **DEMO}

TO_THE_SECOND_FACTOR: Final = ("302", "302")
NO_SECOND_FACTOR: Final[dict[str, Row]] = {
    name: TO_THE_SECOND_FACTOR
    for name, (get, post) in EVERYTHING.items()
    if (get[:3], post[:3]) == ("302", "403") and not name.startswith(("account_", "mfa_", "usersessions_"))
} | {
    "second-factor": ("200", "405"),
    "mfa_activate_totp": ("200", "200"),
    "mfa_add_webauthn": ("200", "200"),
    "mfa_generate_recovery_codes": ("200", "200"),
    "mfa_reauthenticate": ("403", "403"),
    "mfa_reauthenticate_webauthn": ("403", "403"),
    "mfa_deactivate_totp": ("404", "404"),
    "mfa_remove_webauthn": ("404", "404"),
    "mfa_edit_webauthn": ("404", "404"),
}
"""Wherever one must be signed in, the way leads to setting one up, and one's own account is all there is."""
INVITED: Final[dict[str, Row]] = {
    "track-invite": ("302", "302"),
    "track-withdraw": ("302", "302"),
    "track-credit-answer": ("302", "302"),
    "track-credit-finder": ("404", "404"),
    "track-finder-link": ("405", "404"),
    "track-make-public": ("302", "302"),
}
"""Only who sent the report invites others to it, and asks to withdraw it or to make it public. Nobody has asked them
about credit yet, and they named no finder.
"""

NOT_ASKED: Final[Mapping[str, Row]] = {"asked": ("404", "404")}
"""The invitation on the stage is for the maintainer without a grant alone."""

LIKE: Final[dict[Who, tuple[Who, Mapping[str, Row]]]] = {
    Who.FORMER: (Who.MAINTAINER, NOT_ASKED),
    Who.EXPIRED: (Who.MAINTAINER, NOT_ASKED),
    Who.REVOKED: (Who.MAINTAINER, NOT_ASKED),
    Who.CO_REPORTER: (Who.REPORTER, INVITED),
    Who.UNARMED: (Who.MEMBER, NO_SECOND_FACTOR),
    Who.SWITCHED_OFF: (Who.ANONYMOUS, {}),
}


def row_of(who: Who, name: str) -> Row:
    """The two statuses that the matrix says for one person at one address."""
    if who in LIKE:
        model, differences = LIKE[who]
        return differences.get(name) or row_of(model, name)
    column = list(Who).index(who)
    get, post = (cell if len(cell) == 3 else cell.split()[column] for cell in EVERYTHING[name])
    return get, post

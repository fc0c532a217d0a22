"""Pages of documents, deadlines and reminders."""

from django.urls import URLPattern, URLResolver, path

from facilities.views import deadlines, document_acts, documents

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", documents.Documents.as_view(), name="documents"),
    path("documents/receive/", document_acts.DocumentChoice.as_view(), {"way": "receive"}, name="document_receive"),
    path("documents/issue/", document_acts.DocumentChoice.as_view(), {"way": "issue"}, name="document_issue_choice"),
    path("documents/<int:pk>/", documents.DocumentPage.as_view(), name="document"),
    path("documents/<int:pk>/file/", documents.DocumentFile.as_view(), name="document_file"),
    path("documents/<int:pk>/letter/", documents.DocumentLetter.as_view(), name="document_letter"),
    path("documents/<int:pk>/acknowledge/", documents.DocumentAcknowledge.as_view(), name="document_acknowledge"),
    path("documents/<int:pk>/distribute/", document_acts.DocumentDistribute.as_view(), name="document_distribute"),
    path("documents/<int:pk>/deadlines/new/", deadlines.DeadlineNew.as_view(), name="deadline_new"),
    path("organisations/<int:pk>/documents/receive/", document_acts.DocumentEnter.as_view(), name="document_enter"),
    path("organisations/<int:pk>/documents/issue/", document_acts.DocumentIssue.as_view(), name="document_issue"),
    path("deadlines/", deadlines.Deadlines.as_view(), name="deadlines"),
    path("deadlines/<int:pk>/revise/", deadlines.DeadlineRevise.as_view(), name="deadline_revise"),
]

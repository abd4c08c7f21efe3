"""Addresses of knowledge below /api/v1/."""

from django.urls import URLPattern, re_path

from knowledge.api.views import EntriesView, EntryView, QuestionsView, QuestionView

app_name = "knowledge-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^knowledge\Z", EntriesView.as_view(), name="entries"),
    re_path(r"^knowledge/(?P<number>ZS[0-9]{14})\Z", EntryView.as_view(), name="entry"),
    re_path(r"^knowledge-questions\Z", QuestionsView.as_view(), name="questions"),
    re_path(r"^knowledge-questions/(?P<number>WD[0-9]{14})\Z", QuestionView.as_view(), name="question"),
]

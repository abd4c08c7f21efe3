"""Addresses of knowledge on the desk, below /knowledge/."""

from django.urls import path

from knowledge.views import entries, questions, verbs

app_name = "knowledge"

urlpatterns = [
    path("", entries.entries, name="entries"),
    path("new/", entries.new, name="new"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<slug:number>/", questions.question, name="question"),
    path("questions/<slug:number>/reveal/", questions.reveal, name="reveal"),
    path("questions/<slug:number>/do/<slug:name>/", verbs.of_question, name="ask-verb"),
    path("ticket/<slug:number>/", entries.for_ticket, name="for-ticket"),
    path("<slug:number>/", entries.entry, name="entry"),
    path("<slug:number>/edit/", entries.edit, name="edit"),
    path("<slug:number>/revise/", entries.revise, name="revise"),
    path("<slug:number>/do/<slug:name>/", verbs.of_entry, name="verb"),
]

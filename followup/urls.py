"""Addresses of the desk's pages: the queue, results, messages, words, and what is begun from a ticket."""

from django.urls import URLPattern, path, re_path

from followup.views import messages, queue, results, ticket, words

app_name = "followup"

urlpatterns: list[URLPattern] = [
    path("", queue.queue_page, name="queue"),
    path("next/", queue.next_call, name="next"),
    path("calls/<int:pk>/", queue.call_page, name="call"),
    path("calls/<int:pk>/phone/<int:requester_id>/", queue.phone, name="phone"),
    re_path(r"^calls/(?P<pk>[0-9]{1,18})/(?P<name>take|let_go)/\Z", queue.move, name="move"),
    path("calls/<int:pk>/decide/<slug:name>/", queue.decide, name="decide"),
    path("results/", results.results_page, name="results"),
    path("results.csv", results.export, name="results-csv"),
    path("messages/", messages.list_page, name="messages"),
    path("messages/<int:pk>/resend/", messages.send_again, name="resend"),
    path("words/", words.words_page, name="words"),
    path("words/script/", words.script, name="script"),
    path("words/rate/", words.rate, name="rate"),
    path("words/message/<slug:kind>/", words.template, name="template"),
    path("tickets/<str:number>/notice/", ticket.notice, name="notice"),
    path("tickets/<str:number>/ask/", ticket.ask, name="ask"),
    path("tickets/<str:number>/outside/", ticket.outside, name="outside"),
    path("links/<int:pk>/revoke/", ticket.revoke, name="revoke"),
    path("answers/<int:pk>/confirm/", ticket.confirm, name="confirm"),
    path("answers/<int:pk>/decline/", ticket.decline, name="decline"),
]

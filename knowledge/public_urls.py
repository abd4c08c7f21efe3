"""Addresses for people who ask something, below /c/ask/."""

from django.urls import path

from knowledge.views import public

app_name = "ask"

urlpatterns = [
    path("", public.ask, name="ask"),
    path("helped/", public.vote, name="vote"),
    path("person/", public.person, name="person"),
    path("answer/", public.look_up, name="look-up"),
    path("sent/<slug:number>/", public.sent, name="sent"),
    path("thanks/<slug:what>/", public.thanks, name="thanks"),
    path("<slug:number>/", public.entry, name="entry"),
]

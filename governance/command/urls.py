"""Addresses of the command centre."""

from django.urls import path

from governance.command import events, views
from governance.command.burden import views as burden
from governance.command.connections import calls
from governance.command.connections import views as clients
from governance.command.goals import views as goals
from governance.command.layouts import views as layouts
from governance.command.map import indicators, ticket_views
from governance.command.map import views as maps
from governance.command.picture import files
from governance.command.picture import views as picture
from governance.command.posts import views as people
from governance.command.public_board import views as board
from governance.command.searching import views as searching
from governance.command.walls import keeping as walls
from governance.command.walls import views as wall

app_name = "command"

urlpatterns = [
    path("dashboard/", views.dashboard_page, name="dashboard"),
    path("dashboard/cells.json", picture.cells_json, name="dashboard-cells"),
    path("dashboard/events/", picture.stream, name="dashboard-stream"),
    path("dashboard/file/", files.places_file, name="dashboard-file"),
    path("dashboard/tiles/", layouts.tiles_part, name="dashboard-tiles"),
    path("dashboard/arrange/", layouts.arrange_page, name="arrange"),
    path("wall/", wall.page, name="wall"),
    path("wall/k/<str:token>/", wall.enter, name="wall-enter"),
    path("wall/numbers.json", wall.numbers, name="wall-numbers"),
    path("wall/events/", wall.stream, name="wall-stream"),
    path("walls/", walls.walls_page, name="walls"),
    path("walls/links/new/", walls.link_new, name="wall-link-new"),
    path("walls/links/<int:pk>/end/", walls.link_revoke, name="wall-link-revoke"),
    path("walls/scenes/", walls.scenes_set_up, name="wall-scenes"),
    path("walls/scenes/new/", walls.scene_new, name="wall-scene-new"),
    path("walls/scenes/<int:pk>/", walls.scene_change, name="wall-scene"),
    path("walls/scenes/<int:pk>/remove/", walls.scene_remove, name="wall-scene-remove"),
    path("public-board/", board.setting_page, name="public-board"),
    path("public-board/change/", board.setting_change, name="public-board-change"),
    path("goals/", goals.panel_page, name="goals"),
    path("goals/file/", goals.file_page, name="goal-file"),
    path("goals/list/<slug:key>/<slug:side>/", goals.list_page, name="goal-list"),
    path("goals/targets/", goals.targets_page, name="goal-targets"),
    path("goals/targets/<slug:key>/", goals.target_page, name="goal-target"),
    path("goals/targets/<slug:key>/new/", goals.target_new, name="goal-target-new"),
    path("events/", events.stream, name="events"),
    path("burden/", burden.page, name="burden"),
    path("burden/list/", burden.list_page, name="burden-list"),
    path("burden/export/", burden.export, name="burden-export"),
    path("search/", searching.search_page, name="search"),
    path("search/box/", searching.box_json, name="search-box"),
    path("search/telephones/", searching.telephones_page, name="search-telephones"),
    path("search/saved/", searching.saved_page, name="search-saved"),
    path("search/saved/<int:pk>/<slug:deed>/", searching.saved_change, name="search-saved-change"),
    path("map/", maps.map_page, name="map"),
    path("connections/", clients.list_page, name="clients"),
    path("connections/new/", clients.new_page, name="client-new"),
    path("connections/<int:pk>/", clients.change_page, name="client"),
    path("connections/<int:pk>/key/", clients.rotate_page, name="client-key"),
    path("connections/<int:pk>/revoke/", clients.revoke_page, name="client-revoke"),
    path("connections/calls/", calls.calls_page, name="calls"),
    path("connections/calls/export.csv", calls.export, name="calls-export"),
    path("connections/calls/<int:pk>/", calls.call_page, name="call"),
    path("people/sheet/", people.page, name="people-sheet"),
    path("people/sheet/template.xlsx", people.blank, name="people-template"),
    path("people/sheet/people.xlsx", people.download, name="people-download"),
    path("map/list/", maps.list_page, name="map-list"),
    path("map/list/export.csv", maps.export, name="map-export"),
    path("map/numbers.json", maps.numbers_json, name="map-numbers"),
    path("map/places.json", maps.places_json, name="map-places"),
    path("map/stations.json", maps.stations_json, name="map-stations"),
    path("map/cameras.json", maps.cameras_json, name="map-cameras"),
    path("map/patrols.json", maps.patrols_json, name="map-patrols"),
    path("map/indicator.json", indicators.indicator_json, name="map-indicator"),
    path("map/tickets.json", ticket_views.tickets_json, name="map-tickets"),
    path("map/tickets/", ticket_views.tickets_part, name="map-tickets-list"),
    path("map/search", maps.search_json, name="map-search"),
    path("map/card/", maps.overview_part, name="map-overview"),
    path("map/card/<str:code>/", maps.card_part, name="map-card"),
    path("map/card/<str:code>/reveal/<int:assignment>/", maps.reveal, name="map-reveal"),
]

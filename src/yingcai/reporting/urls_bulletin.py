"""Addresses of bulletins, the leader page, the map, the public page and open data."""

from django.urls import URLPattern, path

from yingcai.reporting import converters  # noqa: F401  (registers <month:...>)
from yingcai.reporting.views import bulletin_files, bulletins, leader, maps, open_data, public

urls_bulletin: list[URLPattern] = [
    path("bulletins/", bulletins.bulletin_list, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="bulletin_draft"),
    path("bulletins/<month:month>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<month:month>/annex/<int:number>/", bulletins.annex, name="bulletin_annex"),
    path("bulletins/<month:month>/edit/", bulletins.edit, name="bulletin_edit"),
    path(
        "bulletins/<month:month>/restore/<slug:name>/", bulletins.restore, name="bulletin_restore"
    ),
    path("bulletins/<month:month>/refresh/", bulletins.refresh, name="bulletin_refresh"),
    path("bulletins/<month:month>/publish/", bulletins.publish, name="bulletin_publish"),
    path("bulletins/<month:month>/correct/", bulletins.correct, name="bulletin_correct"),
    path("bulletins/<month:month>/layout/", bulletins.layout, name="bulletin_layout"),
    path("bulletins/<month:month>/<slug:kind>", bulletin_files.bulletin_file, name="bulletin_file"),
    path("leader/", leader.leader, name="leader"),
    path("map/", maps.city_map, name="map"),
    path("public/", public.public_page, name="public"),
    path("public/measures/<int:number>/", public.public_measure, name="public_measure"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/<slug:name>.<slug:kind>", open_data.open_data_file, name="open_data_file"),
]

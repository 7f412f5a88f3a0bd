"""Addresses of bulletins, the leader page, the map, the public page and open data."""

from django.urls import URLPattern, path, register_converter

from yingcai.reporting.views import bulletin_files, bulletins, leader, maps
from yingcai.reporting.views.year_month import YearMonthConverter

register_converter(YearMonthConverter, "yyyymm")

urls_bulletin: list[URLPattern] = [
    path("bulletins/", bulletins.bulletin_list, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="bulletin_draft"),
    path("bulletins/<yyyymm:month>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<yyyymm:month>/annex/<int:number>/", bulletins.annex, name="bulletin_annex"),
    path("bulletins/<yyyymm:month>/edit/", bulletins.edit, name="bulletin_edit"),
    path(
        "bulletins/<yyyymm:month>/restore/<slug:name>/", bulletins.restore, name="bulletin_restore"
    ),
    path("bulletins/<yyyymm:month>/refresh/", bulletins.refresh, name="bulletin_refresh"),
    path("bulletins/<yyyymm:month>/publish/", bulletins.publish, name="bulletin_publish"),
    path("bulletins/<yyyymm:month>/correct/", bulletins.correct, name="bulletin_correct"),
    path("bulletins/<yyyymm:month>/layout/", bulletins.layout, name="bulletin_layout"),
    path(
        "bulletins/<yyyymm:month>/<slug:kind>", bulletin_files.bulletin_file, name="bulletin_file"
    ),
    path("leader/", leader.leader, name="leader"),
    path("map/", maps.city_map, name="map"),
]

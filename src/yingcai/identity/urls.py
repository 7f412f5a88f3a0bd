"""Addresses of identity."""

from django.urls import path

from yingcai.identity.views import covers, matrix, me, units, users

app_name = "identity"
urlpatterns = [
    path("", users.users, name="users"),
    path("new/", users.new_user, name="new_user"),
    path("users/<str:username>/", users.user, name="user"),
    path("users/<str:username>/close/", users.close, name="close"),
    path("users/<str:username>/reset/", users.reset, name="reset"),
    path("grants/<int:pk>/revoke/", users.revoke, name="revoke"),
    path("grants/<int:pk>/cover/", covers.cover, name="cover"),
    path("covers/<int:pk>/end/", covers.end_cover, name="end_cover"),
    path("units/", units.units, name="units"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("me/", me.me, name="me"),
    path("session/", me.extend, name="extend"),
]

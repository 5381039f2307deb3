"""The shop's addresses, as its contract names them. Pages live in the page apps; errors are told by the storefront."""

from django.urls import include, path

urlpatterns = [
    path("", include("calla.backoffice.urls")),
]

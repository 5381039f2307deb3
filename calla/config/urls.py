"""The shop's addresses, as its contract names them. Pages live in the page apps; errors are told by the storefront."""

from django.urls import include, path

urlpatterns = [
    path("", include("calla.api.urls")),
    path("", include("calla.storefront.urls")),
    path("", include("calla.privacycentre.urls")),
    path("", include("calla.backoffice.urls")),
]

handler400 = "calla.storefront.outages.bad_request"
handler403 = "calla.storefront.outages.forbidden"
handler404 = "calla.storefront.outages.not_found"
handler429 = "calla.backoffice.views.sign_in.too_many"  # where allauth looks when a limit is reached
handler500 = "calla.storefront.outages.broken"

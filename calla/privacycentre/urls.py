"""The policy's own addresses, as the contract names them."""

from django.urls import path

from calla.privacycentre import views
from calla.privacycentre.choices import choices
from calla.privacycentre.from_us import from_us
from calla.privacycentre.mine import correcting, erasing, moving
from calla.privacycentre.mine.asking import ask
from calla.privacycentre.mine.views import copy, mine, uses
from calla.privacycentre.security import security

urlpatterns = [
    path("from-us", from_us),
    path("privacy", views.policy),
    path("privacy/address/<str:token>", moving.new_address),
    path("privacy/choices", choices),
    path("privacy/history", views.history),
    path("privacy/history/<int:number>", views.old_policy),
    path("privacy/history/<int:old>..<int:new>", views.difference),
    path("privacy/erasure/<uuid:number>", erasing.searched),
    path("privacy/mine", ask),
    path("privacy/mine/<str:token>/erasure", erasing.erasure),
    path("privacy/mine/<str:token>/address", moving.address),
    path("privacy/mine/<str:token>/corrections", correcting.corrections),
    path("privacy/mine/<str:token>/corrections/<uuid:thing>/<slug:part>", correcting.correction),
    path("privacy/mine/<str:token>/corrections/<uuid:thing>/<slug:part>/country", correcting.country),
    path("privacy/mine/<str:token>", mine),
    path("privacy/mine/<str:token>/uses", uses),
    path("privacy/mine/<str:token>/copy.<slug:form>", copy),
    path("privacy/security", security),
    path("privacy/proof", views.proof),
    path("privacy/receipt", views.receipt),
    path(".well-known/change-password", views.change_password),
    path(".well-known/gpc.json", views.gpc),
    path(".well-known/privacy-policy.json", views.as_json),
    path(".well-known/security.txt", views.security_txt),
]

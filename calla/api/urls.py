"""Addresses for programs."""

from django.urls import path

from calla.api import notices

urlpatterns = [
    path("payments/notices/testpay", notices.testpay),
]

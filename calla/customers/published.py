"""What every demo tells its visitors, to look into the office with. A shop that others reach does not start with it."""

EMAIL = "owner@calladream.example"
PASSWORD = "calla-lily-opens-the-shop-7"  # noqa: S105

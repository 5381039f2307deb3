"""What the shop holds about somebody, for that person alone: pages behind a link that is mailed to their address."""

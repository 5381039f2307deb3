"""Payment providers: one protocol in `base`, one module for each provider the shop can speak to."""

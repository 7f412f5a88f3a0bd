"""Where a target stands against its own path: expected value, progress, gap, light, forecast. Pure."""

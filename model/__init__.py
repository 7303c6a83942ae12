"""What happens: the region, its quarters, noise, incidents, stocks and recorder."""

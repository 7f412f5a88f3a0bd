"""Pages of the registry: finding and showing subjects, one's own page, requests, privacy."""

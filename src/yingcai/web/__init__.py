"""web: composition: settings, URLs, API root, page shell. Imported by nobody."""

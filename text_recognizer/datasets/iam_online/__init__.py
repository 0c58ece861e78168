"""IAM-OnDB: pen strokes drawn as line images."""

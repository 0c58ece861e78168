"""What was recognized: pages and their parts, documents, warnings; they need only the standard library."""

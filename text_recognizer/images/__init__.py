"""Image files and arrays -> grey values and ink; the only place where images are decoded."""

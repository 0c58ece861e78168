"""The loader of image_url, on a played network."""

"""HTML: a module, a template folder and a URL prefix per station."""

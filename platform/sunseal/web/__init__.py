"""What all pages share: language, templates, cookies, forms, headers. It knows no room."""

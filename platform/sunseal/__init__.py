"""The tendering platform: domain, web service and database."""

"""What an operator does by pages: staff organizations, their people, and how the service is."""

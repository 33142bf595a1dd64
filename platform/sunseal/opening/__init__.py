"""The timed opening: closing boxes, asking custodians, and the one-way door into `opened`."""

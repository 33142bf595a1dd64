"""The district's blacklist: decided by two people, published, appealed against, over in time."""

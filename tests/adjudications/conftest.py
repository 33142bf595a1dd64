from tests.support.review import desk

__all__ = ["desk"]

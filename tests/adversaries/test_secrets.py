"""What a bidder sealed is nowhere in the clear before the opening."""

from pathlib import Path

from tests.adversaries.siege import Siege, everything, where_found


def test_a_sealed_plaintext_is_found_nowhere(siege: Siege) -> None:
    assert where_found([siege.mark, *siege.prices], everything(siege)) == set()
    siege.check_early()


def test_the_search_finds_what_is_in_the_clear(siege: Siege) -> None:
    """The same search, of the same places, for words that are no secret."""
    found = where_found(["江湾区东支河整治工程施工"], everything(siege))
    assert "notice.tender as text" in found
    assert "notice.tender as binary" in found
    bidder = siege.bidders[0]
    own = ((str(path), path.read_bytes()) for path in bidder.folder.rglob("*") if path.is_file())
    assert {Path(name).name for name in where_found([siege.mark], own)} >= {"offer.bin"}

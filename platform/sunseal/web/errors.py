"""What pages refuse by themselves.

Forbidden 403
└── CrossSite                 sent by another site's page, or by one of a session that has ended
"""

from sunseal.errors import Forbidden


class CrossSite(Forbidden):
    logged = False  # whoever strays here from another site has done nothing that concerns a tender

    def __init__(self) -> None:
        super().__init__(
            "This was not sent from a page of ours, or the page belongs to a session that has "
            "ended. Nothing was done."
        )

"""What a fresh installation needs before it can clear anybody: the two required lists."""

from sunseal.demo import accounts, lists
from sunseal.demo.desk import Desk
from sunseal.demo.stack import Stack

IN_AGE = "done"


def seed_lists(stack: Stack) -> None:
    """Imports the lists that are missing or too old."""
    clerk = stack.accounts["clerk"]
    token = accounts.sign_in(stack.urls[0], clerk.email, clerk.password)
    data = {
        "blacklist": lists.blacklist(),
        "bribery": lists.bribery("金鼎虚构集团", lists.STRANGER),
    }
    with Desk(stack.urls[0], token) as desk:
        for each in desk.get("/screening/lists"):
            if each["state"] != IN_AGE and each["source"] in data:
                desk.send(f"/screening/lists/{each['source']}", data[each["source"]])

"""The schema's history. `run` brings a database to the newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

FOLDER = Path(__file__).parent


def run(admin_url: str) -> None:
    """Upgrades the database behind a superuser's URL. Running it again changes nothing."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = admin_url
    command.upgrade(config, "head")

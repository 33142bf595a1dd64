"""The schema's history. `run` brings a database to the newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parent


def run(admin_url: str) -> None:
    """Upgrades the database behind a superuser's URL. Running it again changes nothing."""
    config = _config()
    config.attributes["url"] = admin_url
    command.upgrade(config, "head")


def newest() -> str:
    """The version that `run` leads to."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config

"""The application that uvicorn serves, with the settings of the environment."""

from sunseal.app import create_app
from sunseal.settings import Settings, Side

app = create_app(Settings.from_environment(side=Side.WEB))

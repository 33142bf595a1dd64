"""The one mailer: from one setting, and silent about its password."""

from pathlib import Path

from sunseal.kit import mail
from sunseal.settings import Settings

URL = "smtps://desk:very%20secret@mail.example.cn:465"


def _settings(url: str) -> Settings:
    return Settings(
        origin="tender.example.cn/log",
        desk_url="",
        box_url="",
        work_url="",
        redis_url="",
        storage_url="",
        keys=Path(),
        roster=Path(),
        smtp_url=url,
        mail_from="desk@example.cn",
    )


def test_without_a_server_there_is_no_mailer() -> None:
    assert mail.configured(_settings("")) is None


def test_a_mailer_does_not_show_its_password() -> None:
    mailer = mail.configured(_settings(URL))
    assert mailer is not None
    assert (mailer.sender, mailer.origin) == ("desk@example.cn", "tender.example.cn/log")
    assert "secret" not in repr(mailer)


def test_nobody_is_written_to_about_nothing() -> None:
    mailer = mail.SmtpMailer("smtp://127.0.0.1:1", "desk@example.cn", "example.cn")
    mailer.send([], "subject", "text", "name")

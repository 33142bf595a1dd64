"""Clarifications for everybody, the firm's own questions, and the tendering side's desk."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from sunseal.amendments import service as amendments
from sunseal.amendments.schemas import HistoryView
from sunseal.clarifications import feed, rules, service
from sunseal.clarifications.errors import (
    AlreadyAnswered,
    AskedAtOnce,
    NamesItsFirm,
    NoText,
    TooManyQuestions,
)
from sunseal.clarifications.schemas import ClarificationView, OwnQuestionView, QuestionView
from sunseal.custody.errors import NoCertificate
from sunseal.database import Database, Role, UnitOfWork
from sunseal.settings import Settings
from sunseal.tenders import service as tenders
from sunseal.tenders.models import Tender
from sunseal.tenders.shown import Line
from sunseal.web import language
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page
from sunseal.web.words import Words

ASK_TEXT = msg("请写下问题")
ASK_ANSWER = msg("请写下答复")
ASK_QUESTION = msg("请写下公布时的问题，不要照抄能看出提问人的话")
# What marks a released question in the form that answers it.
CHOSEN = "question-"
# A program may look again so soon.
FRESH = {"Cache-Control": "max-age=300"}


class PublicPages(Controller):
    path = "/tenders/{tender_id:uuid}"

    @get("/clarifications", sync_to_thread=True)
    def listed(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        with desk.unit_as(Role.PUBLIC) as uow:
            tender, now = tenders.get(uow, tender_id), uow.now
            found = [ClarificationView.of(each) for each in service.of_tender(uow, tender_id)]
        return page.show(
            "clarifications/public.html",
            tender=Line.of(tender, now),
            clarifications=found,
            closes=rules.closes_at(tender),
            now=now,
        )

    @get("/feed.atom", sync_to_thread=True)
    def feed(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[bytes]:
        """What is public about the tender, the newest first."""
        with desk.unit_as(Role.PUBLIC) as uow:
            tender = tenders.get(uow, tender_id)
            found = [ClarificationView.of(each) for each in service.of_tender(uow, tender_id)]
            moved = _postponed(uow, tender, Words(page.language))
        entries = feed.news(page.gettext, tender, found, moved)
        body = feed.write(tender, entries, language.TAGS[page.language])
        return Response(body, media_type="application/atom+xml", headers=FRESH)


class QuestionPages(Controller):
    path = "/tenders/{tender_id:uuid}/questions"

    @get(sync_to_thread=True)
    def own(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        box: NamedDependency[Database],
    ) -> Response[str]:
        return _own(page, box, tender_id, Form())

    @post(sync_to_thread=True)
    def ask(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        form.require((("text", page.gettext(ASK_TEXT)),))
        if form.is_good:
            try:
                with box.unit_of_work(page.credential) as uow:
                    service.ask(uow, tender_id, form.text("text"), named=form.checked("named"))
                return page.redirect(f"/tenders/{tender_id}/questions?done=asked")
            except (NamesItsFirm, NoText, TooManyQuestions, AskedAtOnce) as error:
                form.refuse("text", page.told(error))
                warned = isinstance(error, NamesItsFirm)
                return _own(page, box, tender_id, form, warned=warned)
        return _own(page, box, tender_id, form)


class AnswerPages(Controller):
    path = "/work/tenders/{tender_id:uuid}/clarifications"

    @get(sync_to_thread=True)
    def desk(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[str]:
        with desk.unit_of_work(page.credential) as uow:
            asked = [QuestionView.of(each) for each in service.questions(uow, tender_id)]
            tender, now = tenders.get(uow, tender_id), uow.now
            found = [ClarificationView.of(each) for each in service.of_tender(uow, tender_id)]
        return page.show(
            "clarifications/desk.html",
            tender=Line.of(tender, now),
            questions=asked,
            clarifications=found,
            closes=rules.closes_at(tender),
            statutory=tender.statutory,
            now=now,
        )

    @get("/new", sync_to_thread=True)
    def begin(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        question: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        """An answer to a question, or to none."""
        with desk.unit_of_work(page.credential) as uow:
            asked = {each.id: each for each in service.questions(uow, tender_id)}
        chosen = asked.get(question) if question else None
        typed = {}
        if chosen is not None:
            typed = {f"{CHOSEN}{question}": "yes", "question": chosen.text}
        return _answer(page, desk, tender_id, Form(typed))

    @post("/new", sync_to_thread=True)
    def go_on(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        desk: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[Any]:
        """First everything is shown once more; what is published stays."""
        chosen = _chosen(form)
        form.require((("answer", page.gettext(ASK_ANSWER)),))
        if chosen:
            form.require((("question", page.gettext(ASK_QUESTION)),))
        if not form.is_good or form.text("change"):
            return _answer(page, desk, tender_id, form)
        words = form.text("question"), form.text("answer")
        try:
            with desk.unit_of_work(page.credential) as uow:
                if form.text("step") == "publish":
                    service.publish(uow, settings.origin, tender_id, *words, chosen)
                    return page.redirect(f"/work/tenders/{tender_id}/clarifications?done=published")
                late = service.check(uow, tender_id, *words, chosen)
        except NoText as error:
            form.refuse(error.what, page.told(error))
            return _answer(page, desk, tender_id, form)
        except AlreadyAnswered as error:
            form.refuse("question", page.told(error))
            return _answer(page, desk, tender_id, form)
        return _answer(page, desk, tender_id, form, late=late, checking=True)


def _own(
    page: Page, box: Database, tender_id: UUID, form: Form, *, warned: bool = False
) -> Response[str]:
    with box.unit_of_work(page.credential) as uow:
        own = [OwnQuestionView.of(each) for each in service.own(uow, tender_id)]
        tender, now = tenders.get(uow, tender_id), uow.now
    closes = rules.closes_at(tender)
    return page.show(
        "clarifications/own.html",
        status=200 if form.is_good else 422,
        form=form,
        warned=warned or form.checked("named"),
        tender=Line.of(tender, now),
        questions=own,
        closes=closes,
        next_batch=rules.released_at(now, closes),
        is_open=rules.is_open(tender, now),
        left=rules.MAX_QUESTIONS - len(own),
        limit=rules.MAX_QUESTIONS,
        now=now,
    )


def _answer(
    page: Page,
    desk: Database,
    tender_id: UUID,
    form: Form,
    *,
    late: bool = False,
    checking: bool = False,
) -> Response[str]:
    with desk.unit_of_work(page.credential) as uow:
        asked = [QuestionView.of(each) for each in service.questions(uow, tender_id)]
        line = Line.of(tenders.get(uow, tender_id), uow.now)
    chosen = set(_chosen(form))
    return page.show(
        "clarifications/answer.html",
        status=200 if form.is_good else 422,
        form=form,
        tender=line,
        questions=[each for each in asked if each.clarification is None or each.id in chosen],
        chosen=chosen,
        prefix=CHOSEN,
        late=late,
        checking=checking,
    )


def _chosen(form: Form) -> list[UUID]:
    """Which questions are ticked; a name that is no id is somebody else's field."""
    found = []
    for name in form.values:
        try:
            found += [UUID(name.removeprefix(CHOSEN))] if name.startswith(CHOSEN) else []
        except ValueError:
            continue
    return found


def _postponed(uow: UnitOfWork, tender: Tender, words: Words) -> list[feed.Postponed]:
    envelope = tenders.envelopes(uow, tender.id)[0].name
    try:
        history = HistoryView.of(amendments.history(uow, tender.id, envelope))
    except NoCertificate:
        return []
    return [
        feed.Postponed(
            number=each.number,
            since=each.in_force_since,
            deadline=words.moment(each.deadline),
            not_before=words.moment(each.not_before),
            reason=each.reason,
        )
        for each in history.amendments
        if each.in_force_since is not None
    ]


PAGES: list[type[Controller]] = [PublicPages, QuestionPages, AnswerPages]

"""A firm registers, its people sign in, and each sees and ends what is theirs."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.opening.world import Firm
from tests.support.service import USCC
from tests.web.eyes import Eyes, inspect
from tests.web.site import PASSWORD, Site

LOOK = Callable[..., Eyes]
NAME = "江城建工集团有限公司"
PENALTY = """
    insert into registry.blacklist_entry (id, organization_id, proposed_by, decision_number,
        authority, subject, name, severity, reason, effective_from, effective_to, proposed_at)
    values (%s, %s, %s, '江水罚〔2026〕7号', '江湾区水务局', 'company', '东支河水利工程有限公司',
        '严重', '围标', current_date - 9, current_date + 700, kit.now())
"""
CONFIRMED = """
    insert into registry.blacklist_confirmation (entry_id, confirmed_by, confirmed_at)
    values (%s, %s, kit.now())
"""


@pytest.fixture(scope="module")
def firm(site: Site) -> Firm:
    made = site.world.firm("东支河水利工程有限公司", USCC[3])
    site.world.rows("update registry.person set name = '王芳', administrator = true")
    return made


@pytest.fixture
def bidder(eyes: LOOK, site: Site, firm: Firm) -> Iterator[Eyes]:
    reader = eyes(site.firm_session(firm), "bidder")
    yield reader
    reader.no_errors()


def _register(page: Page, uscc: str, email: str) -> None:
    page.goto("/register")
    page.get_by_label("统一社会信用代码").fill(uscc)
    page.get_by_label("企业名称").fill(NAME)
    page.get_by_role("button", name="继续").click()
    page.get_by_label("名称或姓名").fill("江城控股有限公司")
    page.keyboard.press("Enter")
    page.get_by_label("姓名").fill("李强")
    page.get_by_label("电子邮箱").fill(email)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text(uscc)).to_be_visible()
    expect(page.get_by_text("江城控股有限公司")).to_be_visible()
    page.get_by_label("设置密码").fill(PASSWORD)
    page.get_by_label("再次输入密码").fill(PASSWORD)


def _sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("电子邮箱").fill(email)
    page.get_by_label("密码").fill(password)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_firm_registers_and_signs_in(eyes: LOOK, scripts: bool) -> None:
    email, uscc = f"li-{scripts}@example.cn".lower(), USCC[int(scripts)]
    with eyes().page(scripts=scripts) as page:
        _register(page, uscc, email)
        if scripts:
            inspect(page, "register-answers-zh-1280")
        # The Enter key sends the form, and does not press its first button, which goes back.
        page.keyboard.press("Enter")
        expect(page.get_by_text("注册成功")).to_be_visible()
        _sign_in(page, email, PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
        page.get_by_role("button", name="退出").click()
        page.goto("/firm")
        expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_a_firm_from_abroad_names_its_owners(eyes: LOOK) -> None:
    reader = eyes()
    with reader.page() as page:
        page.goto("/register")
        page.get_by_label("企业名称").fill("Harbour Works Ltd")
        page.get_by_text("境外企业", exact=True).click()
        page.get_by_label("注册的国家或地区").select_option("GB")
        page.get_by_role("button", name="继续").click()
        page.wait_for_selector(".error-summary")
        page.get_by_label("注册登记号码").fill("04366849")
        page.get_by_role("button", name="继续").click()
        page.get_by_role("button", name="再添加一位").click()
        page.get_by_label("类型").last.select_option("person")
        page.get_by_label("名称或姓名").last.fill("Ann Lee")
        inspect(page, "register-owners-zh-1280")
        page.get_by_role("button", name="继续").click()
        page.get_by_label("姓名").fill("Ann")
        page.get_by_label("电子邮箱").fill("ann@example.com")
        page.get_by_role("button", name="继续").click()
        expect(page.get_by_text("英国")).to_be_visible()
        expect(page.get_by_label("股东Ann Lee的身份证件号码（选填）")).to_be_visible()
        inspect(page, "register-abroad-zh-1280")
    reader.no_errors(422)


def test_a_code_is_checked_as_it_is_typed(eyes: LOOK) -> None:
    with eyes().page() as page:
        page.goto("/register")
        field = page.get_by_label("统一社会信用代码")
        field.fill(USCC[0][:-1])
        field.press_sequentially("X")
        expect(page.locator("#uscc-told")).to_contain_text("校验位不符")
        field.fill(USCC[0])
        expect(page.locator("#uscc-told")).to_contain_text("校验位正确")


def test_what_is_missing_is_said_at_the_top_and_beside_the_field(eyes: LOOK) -> None:
    def send(page: Page) -> None:
        page.locator("#uscc").fill("9144")
        page.locator("main button[type=submit]").click()
        page.wait_for_selector(".error-summary")

    reader = eyes()
    with reader.page() as page:
        page.goto("/register")
        send(page)
        assert page.locator("#uscc").input_value() == "9144"
        page.locator(".error-summary a").first.click()
        assert page.evaluate("document.activeElement.id") == "uscc"
        inspect(page, "register-faults-zh-1280")
    reader.no_errors(422)


def test_a_wrong_password_is_told_in_the_readers_language(eyes: LOOK) -> None:
    reader = eyes()
    with reader.page() as page:
        _sign_in(page, "nobody@example.cn", "not the password")
        expect(page.locator(".error-summary")).to_contain_text("电子邮箱与密码不符")
        assert page.get_by_label("密码").input_value() == ""
        inspect(page, "sign-in-wrong-zh-1280")
    reader.no_errors(401)


def test_the_account_lists_sessions_and_ends_another(bidder: Eyes, site: Site, firm: Firm) -> None:
    other = site.firm_session(firm)
    bidder.look("/account", "account")
    with bidder.page() as page:
        page.goto("/account")
        before = page.get_by_role("button", name="结束").count()
        page.get_by_role("button", name="结束").first.click()
        expect(page.get_by_text("该登录已经失效")).to_be_visible()
        expect(page.get_by_role("button", name="结束")).to_have_count(before - 1)
    assert other


def test_before_a_decision_every_firm_reads_the_same(bidder: Eyes) -> None:
    bidder.look("/firm/clearance", "clearance")
    with bidder.page() as page:
        page.goto("/firm/clearance")
        answer = page.request.get("/firm/clearance/certificate")
        assert answer.status == 409
        assert "有了结论会通知您" in answer.text()


def test_a_decision_is_told_with_its_reason_and_can_be_appealed(
    bidder: Eyes, site: Site, firm: Firm
) -> None:
    people = [site.staff("centre", "交易中心甲"), site.staff("supervisor", "监督部门甲")]
    assert all(people)
    [[one], [two]] = site.world.rows(
        "select id from registry.person where role in ('centre', 'supervisor') order by role"
    )
    entry = uuid4()
    site.world.rows(PENALTY, entry, firm.organization, one)
    site.world.rows(CONFIRMED, entry, two)
    with bidder.page() as page:
        page.goto("/firm/clearance")
        page.get_by_text("提出申诉").click()
        page.get_by_role("button", name="提交申诉").click()
        expect(page.locator(".error-summary")).to_contain_text("请写明申诉的理由")
        page.get_by_label("申诉理由").fill("处罚决定已被撤销。")
        page.get_by_role("button", name="提交申诉").click()
        expect(page.get_by_text("申诉已提交")).to_be_visible()
        expect(page.get_by_text("申诉审理中")).to_be_visible()
    bidder.no_errors(422)
    bidder.look("/firm/clearance", "clearance-listed")


def test_the_firms_own_page(bidder: Eyes) -> None:
    with bidder.page() as page:
        page.goto("/firm")
        page.get_by_label("登记一位执业人员").fill("陈建国")
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_text("人员已登记")).to_be_visible()
        page.get_by_text("添加同事", exact=True).click()
        page.get_by_label("姓名", exact=True).fill("赵敏")
        page.get_by_label("电子邮箱").fill("zhao@example.cn")
        page.get_by_label("初始密码").fill("short")
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.locator(".error-summary")).to_contain_text("至少 10 个字符")
        page.get_by_label("初始密码").fill(PASSWORD)
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_text("同事已添加")).to_be_visible()
    bidder.no_errors(422)
    bidder.look("/firm", "firm")
    with bidder.page() as page:
        page.goto("/firm")
        page.get_by_role("button", name="移除 陈建国").click()
        expect(page.get_by_text("还没有登记执业人员")).to_be_visible()

"""Which links stand at the top of a page, by the reader's role. A link opens nothing by itself."""

from dataclasses import dataclass

from sunseal.web.catalogue import msg


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    label: str


PUBLIC = (
    Link("/tenders", msg("招标项目")),
    Link("/why", msg("为何无人能提前开标")),
    Link("/custodians", msg("托管方")),
    Link("/log", msg("公开日志")),
    Link("/blacklist", msg("黑名单通报")),
)
WORK = Link("/work/tenders", msg("招标工作台"))
CONDUCT = Link("/work/conduct", msg("诚信档案"))
SCREENING = Link("/work/screening", msg("核查台"))
HELP = Link("/work/help", msg("求助台"))
WATCH = Link("/work/custodians", msg("托管方值守"))
# A room adds its own pages for a role here, one line each.
OWN: dict[str, tuple[Link, ...]] = {
    "bidder": (Link("/bids", msg("我的投标")), Link("/firm", msg("我的企业"))),
    "tendering_party": (WORK,),
    "agent": (WORK,),
    "centre": (WORK, SCREENING, HELP, WATCH),
    "supervisor": (Link("/supervision", msg("监督台")), SCREENING, CONDUCT, HELP, WATCH),
    "custodian": (Link("/custodian", msg("本机构的状态")),),
    "operator": (
        Link("/admin/health", msg("运行状况")),
        Link("/admin/organizations", msg("机构与人员")),
        Link("/confirmations", msg("双人确认事项")),
        WATCH,
    ),
}


def of(role: str) -> tuple[Link, ...]:
    """The reader's own pages, before the public ones."""
    return OWN.get(role, ())

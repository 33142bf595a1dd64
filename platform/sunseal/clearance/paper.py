"""A certificate on paper. Only one that is clear is called one."""

import hashlib

from sunseal.kit import paper
from sunseal_crypto import canonical
from sunseal_crypto.clearance import Clearance, ListState, Result, SignedClearance

NAME = "clearance.json"
CERTIFICATE = "资格筛查合格证明"
STATEMENT = "筛查情况说明（不是合格证明）"
RESULTS: dict[Result, str] = {
    "clear": "合格：在下列名单中未发现与该单位有关的记录 (clear)",
    "hit": "不合格：名单中有该单位的记录 (hit, not clear)",
    "needs_review": "待人工核查，不得视为合格 (needs review, not clear)",
    "stale": "核查结果已失效，不得视为合格 (stale, not clear)",
    "unchecked": "尚未核查，不得视为合格 (unchecked, not clear)",
}
NONE = "—"


def write(certificate: bytes) -> bytes:
    """The document for a certificate's file, which it carries and whose hash it prints."""
    said = canonical.decode(SignedClearance, certificate).clearance
    return paper.write(
        CERTIFICATE if said.result == "clear" else STATEMENT,
        _said(said),
        _fine_print(said, certificate),
        title=said.name,
        author=said.origin,
        origin=said.origin,
        attachment=(NAME, certificate),
    )


def _said(said: Clearance) -> list[tuple[str, str]]:
    return [
        ("单位名称", said.name),
        ("统一社会信用代码", said.identifier or NONE),
        ("结论", RESULTS[said.result]),
        ("说明", said.sentence),
        ("核查时间", paper.time(said.checked_at) if said.checked_at else NONE),
        ("出具时间", paper.time(said.issued_at)),
        ("有效期至", paper.time(said.valid_until) if said.valid_until else "无效期"),
        *((f"名单 {each.title}", _list(each, said)) for each in said.lists),
    ]


def _list(each: ListState, said: Clearance) -> str:
    if each.published_at is None:
        return f"{each.state}{'（必查）' if each.required else ''}"
    age = said.issued_at - each.published_at
    needed = "（必查）" if each.required else ""
    return f"{each.state}{needed}，发布于 {paper.time(each.published_at)}，距出具 {age.days} 天"


def _fine_print(said: Clearance, certificate: bytes) -> list[tuple[str, str]]:
    hashes = [
        (f"名单 {each.source} SHA-256", each.sha256.hex()) for each in said.lists if each.sha256
    ]
    return [
        ("出具平台", said.origin),
        ("单位编号", said.organization),
        ("比对程序版本", said.matcher),
        ("证据 SHA-256", said.evidence.hex() if said.evidence else NONE),
        *hashes,
        (f"附件 {NAME} SHA-256", hashlib.sha256(certificate).hexdigest()),
        ("验证", "sunseal-audit certificate 本文件 --roster 名册文件"),
    ]

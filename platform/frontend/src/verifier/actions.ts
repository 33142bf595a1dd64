// What an entry of the log tells of, for people who never heard of its names.

import type { LogEvent } from "../sealing/log";
import { moment, words, type Words } from "./words";

const ACTIONS: Record<string, [string, string]> = {
  "access.refused": ["an access that was refused", "一次被拒绝的访问"],
  "amendment.acknowledge": ["a custodian acknowledges new times", "托管方确认变更时间"],
  "amendment.confirm": ["new times are confirmed", "复核时间变更"],
  "amendment.in-force": ["new times come into force", "时间变更生效"],
  "amendment.propose": ["new times are proposed", "提出时间变更"],
  "bid.accepted": ["a bid is accepted", "接收投标"],
  "bid.join": ["a firm joins the tender", "报名"],
  "bid.refused": ["a bid is refused", "拒收投标"],
  "box.closed": ["the box is closed", "封箱"],
  "clarification.publish": ["a clarification is published", "公布答疑"],
  "ceremony.certificate": ["the envelope's key is made", "生成信封密钥"],
  "key.enrol": ["a firm's key is enrolled", "登记单位签名密钥"],
  "key.erased": ["a custodian erases its part of the key", "托管方销毁密钥份额"],
  "log.carry": ["the register is carried over", "登记信息转入新日志"],
  "meeting.attendance": ["somebody signs in at the opening", "开标签到"],
  "meeting.correction": ["what was read out is corrected", "更正唱标"],
  "meeting.minutes": ["the minutes are written", "形成开标记录表"],
  "meeting.objection": ["an objection is raised", "提出异议"],
  "meeting.period": ["a time for objections begins", "开始异议时间"],
  "meeting.reading": ["bids are read out", "唱标"],
  "meeting.reply": ["an objection is answered", "答复异议"],
  "meeting.signature": ["the minutes are signed", "签署开标记录表"],
  "opening.record": ["the opening record is published", "公布开标记录"],
  "organization.register": ["an organization is registered", "登记单位"],
  "person.add": ["a person is added", "增加人员"],
  "release.answer": ["a custodian answers", "托管方答复"],
  "release.refusal": ["a custodian refuses", "托管方拒绝"],
  "release.request": ["custodians are asked to open", "请求托管方开标"],
  "screening.decision": ["a screening decision", "筛查决定"],
  "screening.import": ["a list is imported", "导入名单"],
  "tender.cancel": ["the tender is cancelled", "终止招标"],
};

/** What happened, and when by the platform's clock. */
export function told({ action, at }: LogEvent): Words {
  const [en, zh] = Object.hasOwn(ACTIONS, action) ? ACTIONS[action]! : [action, action];
  const when = moment(at.micros);
  return words(`${en}, ${when}`, `${zh}，${when}`);
}

// Everybody acted in the role that the log gave him, and behind a firm is its own key.

import { toBase64 } from "../../sealing/bytes";
import type { Case } from "../case";
import type { Bidder } from "../forms";
import { placeOf } from "../journal";
import { need, words } from "../words";
import { settingsOf } from "./tables";

// Else an actor is a pseudonym, or a role that acts for nobody.
const PERSON = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const FIRM = "organization/";

interface Firms {
  names: Map<string, string>;
  keys: Set<string>;
}

export function check(case_: Case): void {
  checkRoles(case_);
  const firms = firmsOf(case_);
  for (const envelope of case_.envelopes)
    for (const { position, bidder } of envelope.lastRecord?.leaves ?? [])
      if (bidder) case_.findings.attempt(envelope.leaf(position), () => checkBidder(bidder, firms));
}

/** Who was given another role by hand, or never registered, acts under a false flag. */
function checkRoles(case_: Case): void {
  const roles = new Map<string, string>();
  for (const [[object, , value]] of settingsOf(
    case_,
    "organization.register",
    "person.add",
    "log.carry",
  ))
    if (object.startsWith("person/")) roles.set(object.slice("person/".length), value);
  for (const entry of case_.journal.acted()) {
    const { actor, role } = entry.event;
    if (!PERSON.test(actor)) continue;
    const given = roles.get(actor);
    if (given === undefined)
      case_.findings.fault(
        placeOf(entry),
        words(`nobody was registered as its actor ${actor}`, `操作者 ${actor} 从未登记`),
      );
    else if (`as_${given}` !== role)
      case_.findings.fault(
        placeOf(entry),
        words(
          `its actor ${actor} is registered as ${given}`,
          `操作者 ${actor} 登记的角色是 ${given}`,
        ),
      );
  }
}

/** Each firm's name, and every key that was ever enrolled for one. */
function firmsOf({ journal }: Case): Firms {
  const names = new Map<string, string>();
  for (const { event } of journal.all("organization.register", "log.carry"))
    names.set(event.object.replace(FIRM, ""), event.data.get("name") ?? "");
  const enrolled = journal.all("key.enrol", "log.carry");
  const keys = enrolled.map(
    ({ event }) => `${event.object.replace(FIRM, "")} ${event.data.get("key") ?? ""}`,
  );
  return { names, keys: new Set(keys) };
}

function checkBidder({ organization, name, key }: Bidder, { names, keys }: Firms): void {
  need(
    keys.has(`${organization} ${toBase64(key)}`),
    `the log knows no enrolment of its key by ${organization}`,
    `日志中没有 ${organization} 登记该密钥的记录`,
  );
  need(
    names.get(organization) === name,
    `the log knows no '${name}' under ${organization}`,
    `日志中 ${organization} 的名称不是“${name}”`,
  );
}

// The roster: who guards the keys and who watches the log. It comes from outside the platform.

import { toHex } from "./bytes";
import { bytes, list, literal, read, string, struct, type Of } from "./canonical";
import { Malformed } from "./errors";
import { COSIGNER_KEY, NOTE_KEY, parseKey, type VerifierKey } from "./notes";

const roster = struct({
  version: literal("sunseal/roster/v1"),
  origin: string(),
  operator: string(),
  custodians: list(
    struct({ name: string(), authority: string(), identity: bytes(32), cosigner: string() }),
    { min: 3, max: 7 },
  ),
  witnesses: list(struct({ name: string(), authority: string(), cosigner: string() })),
  log: string(),
  promise: string(),
  worker: string(),
});
export type Roster = Of<typeof roster>;

/** Reads a roster file and checks what holds for any threshold. Throws Malformed. */
export function parseRoster(data: Uint8Array): Roster {
  const parsed = read(roster, data, "roster");
  checkOnce(parsed.custodians.map((each) => toHex(each.identity)), "identity");
  checkOnce(cosignersOf(parsed).map((each) => each.cosigner), "cosigner");
  if (parsed.witnesses.some((each) => each.authority === parsed.operator))
    throw new Malformed("roster: a witness must not belong to the operator");
  return parsed;
}

function checkOnce(keys: string[], what: string): void {
  if (new Set(keys).size < keys.length)
    throw new Malformed(`roster: the same ${what} key stands twice`);
}

/** Everybody who cosigns the log, custodians first. */
function cosignersOf(parsed: Roster): { authority: string; cosigner: string }[] {
  return [...parsed.custodians, ...parsed.witnesses];
}

/** How many cosignatures count: two quorums share at least t cosigners. */
export function quorum(parsed: Roster, t: number): number {
  return Math.ceil((cosignersOf(parsed).length + t) / 2);
}

/** Refuses a threshold under which one authority or a minority could open. Throws Malformed. */
export function checkThreshold(parsed: Roster, t: number): void {
  const n = parsed.custodians.length;
  if (t < 2 || t > n || 2 * t <= n) throw new Malformed(`threshold ${t} of ${n}`);
  if (parsed.witnesses.length < n - t) throw new Malformed("roster: too few witnesses");
  const counts = new Map<string, number>();
  for (const { authority } of cosignersOf(parsed))
    counts.set(authority, (counts.get(authority) ?? 0) + 1);
  if (Math.max(...counts.values()) >= t)
    throw new Malformed("roster: one authority alone has as many cosigners as can open");
}

/** The keys that speak for the log. Throws Malformed. */
export function logKeys(parsed: Roster): { log: VerifierKey; cosigners: VerifierKey[] } {
  const cosigners = cosignersOf(parsed).map((each) => parseKey(each.cosigner, COSIGNER_KEY));
  // The signed message does not name its cosigner: one key or name twice would count twice.
  checkOnce(cosigners.map((key) => toHex(key.public)), "cosigner");
  checkOnce(cosigners.map((key) => key.name), "cosigner's name for a");
  return { log: parseKey(parsed.log, NOTE_KEY), cosigners };
}

export function promiseKey(parsed: Roster): VerifierKey {
  return parseKey(parsed.promise, NOTE_KEY);
}


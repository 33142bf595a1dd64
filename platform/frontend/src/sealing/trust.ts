// Whether an envelope's key may be sealed to, by the roster that the bidder got elsewhere.
//
// The platform hands over every byte checked here, and is believed in nothing.

import { equal, toBase64, toHex, utf8, type Bytes } from "./bytes";
import { claimedTerms, verifyCertificate, type EnvelopeKey } from "./certificate";
import { Unverified } from "./errors";
import { sha256 } from "./hash";
import { checkKept, verifyPromise, verifyReceipt, type Promised, type Receipt } from "./log";
import { logKeys, parseRoster, promiseKey, type Roster } from "./roster";
import { checkNotice, type Notice } from "./terms";
import { digest } from "./statement";

/** What the platform shows of an envelope; `receipt` is empty until the log has it. */
export interface Offered {
  certificate: Bytes;
  receipt: string;
  notice: Bytes;
}

/** What has been checked. */
export interface Trusted {
  key: EnvelopeKey;
  notice: Notice;
  roster: Roster;
}

/** The roster is another one than the tender's: told apart because the bidder can mend it. */
export class OtherRoster extends Unverified {
  override name = "OtherRoster";

  constructor(
    readonly given: string,
    readonly wanted: string,
  ) {
    super("this tender's custodians are those of another roster");
  }
}

/** The log does not hold the certificate yet, which a minute may change. */
export class NotLogged extends Unverified {
  override name = "NotLogged";
}

/** Checks everything. Throws CryptoError. */
export function accept(
  offered: Offered,
  rosterBytes: Bytes,
  tender: string,
  envelope: string,
): Trusted {
  const wanted = claimedTerms(offered.certificate).roster;
  const given = sha256(rosterBytes);
  if (!equal(wanted, given)) throw new OtherRoster(toHex(given), toHex(wanted));
  // 1. The key was made by the custodians of this roster, for this notice and this envelope.
  const key = verifyCertificate(offered.certificate, rosterBytes);
  const notice = checkNotice(offered.notice, key.terms);
  if (key.terms.tender !== tender || key.terms.envelope !== envelope)
    throw new Unverified("the certificate shown belongs to another tender or envelope");
  const trusted = { key, notice, roster: parseRoster(rosterBytes) };
  // 2. It is in the log that a quorum of cosigners watches, so it is the same one for everybody.
  checkLogged(trusted, offered);
  return trusted;
}

function checkLogged(trusted: Trusted, offered: Offered): void {
  if (offered.receipt === "") throw new NotLogged("the log does not hold the certificate yet");
  const { event } = receiptOf(offered.receipt, trusted);
  const fact = toBase64(sha256(offered.certificate));
  if (event.action !== "ceremony.certificate" || event.data.get("certificate") !== fact)
    throw new Unverified("the receipt shown is not that of this certificate");
}

/** What the log provably holds. Throws CryptoError. */
export function receiptOf(receipt: string, trusted: Trusted): Receipt {
  const { log, cosigners } = logKeys(trusted.roster);
  return verifyReceipt(utf8(receipt), trusted.roster.origin, log, cosigners, trusted.key.terms.q);
}

/** The platform's signed word that this very statement counts. Throws CryptoError. */
export function checkPromise(note: string, statement: Bytes, roster: Roster): Promised {
  return wordOn(note, "bid.accepted", statement, roster);
}

/** The rule that, by the platform's signed word, this very statement broke. */
export function checkRefusal(note: string, statement: Bytes, roster: Roster): string {
  return wordOn(note, "bid.refused", statement, roster).event.data.get("rule") ?? "";
}

/** That the log holds what was promised, in time. Throws CryptoError. */
export function checkReceipt(
  receipt: string,
  note: string,
  statement: Bytes,
  trusted: Trusted,
): Receipt {
  const verified = receiptOf(receipt, trusted);
  checkKept(checkPromise(note, statement, trusted.roster), verified);
  return verified;
}

function wordOn(note: string, action: string, statement: Bytes, roster: Roster): Promised {
  const given = verifyPromise(utf8(note), promiseKey(roster));
  if (given.origin !== roster.origin) throw new Unverified("the platform's word is on another log");
  const { event } = given;
  // That a statement was committed is true as well, and is no word that the bid counts.
  if (event.action !== action || event.outcome !== "done")
    throw new Unverified(`the platform signed ${event.action} where ${action} belongs`);
  if (event.data.get("statement") !== toBase64(digest(statement)))
    throw new Unverified("the platform's word is on another statement");
  return given;
}

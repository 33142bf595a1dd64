// One bidder at one envelope: every step from the roster to the receipt, each repeatable.
//
// It knows no page. Whatever is done ends with `step`, or with a `message` that says what happened;
// nothing is called sealed before it was opened again, and nothing submitted before the promise.

import { published } from "../sealing/amendment";
import { equal, toBase64, toHex, type Bytes } from "../sealing/bytes";
import { proveEnrolment } from "../sealing/enrol";
import { CryptoError } from "../sealing/errors";
import { sha256 } from "../sealing/hash";
import { makeRecovery, readRecovery, writeRecovery } from "../sealing/recovery";
import { withdraw } from "../sealing/seal";
import { signJoining } from "../sealing/statement";
import { accept, NotLogged, OtherRoster, type Trusted } from "../sealing/trust";
import type { Practitioner } from "../sealing/bid";
import type { Api } from "./api";
import { Emitter, Trouble, type Step } from "./events";
import { keepForGood, removeFile } from "./files";
import { handIn, lookAgain, type Desk } from "./hand_in";
import { adopt } from "./offline";
import { loadKey, makeKey, makeKeyWithCopy, signer } from "./keys";
import { head, nextLink, stepOf, unfinished } from "./record";
import { NEW, type Attempt, type EnvelopeRecord, type Store, type StoredKey } from "./store";
import { learn, toDate } from "./timetable";
import type { Workshop } from "./work";

export interface Where {
  tender: string;
  envelope: string;
  organization: string;
  /** The pseudonym with which the firm has joined, in base64; empty when it has not. */
  joined: string;
}

/** Without `documents` nothing is sealed but the price. */
export interface Offer {
  price: string;
  practitioners: Practitioner[];
  validityDays: number | undefined;
  documents: File[];
}

/** The outside world, which a test replaces as a whole. */
export interface Tools {
  api: Api;
  store: Store;
  workshop: Workshop;
}

export class Controller implements Desk {
  readonly events = new Emitter();
  record: EnvelopeRecord = NEW;
  key: StoredKey | undefined;
  trusted: Trusted | undefined;
  deadline: Date | undefined;
  #enrolled = false;
  #replacing = false;
  #sure: Date | undefined;

  constructor(
    readonly where: Where,
    readonly tools: Tools,
  ) {}

  /** Picks up where this browser left off. */
  async start(): Promise<void> {
    const { store, api } = this.tools;
    this.record = (await store.envelope(this.#id)) ?? NEW;
    this.key = await store.key(this.where.organization);
    const enrolled = (await api.me()).signing_key;
    this.#enrolled = this.#isOwn(enrolled);
    if (this.key && enrolled && !this.#enrolled) this.say("other-key-enrolled");
    const { certificate, roster, notice, certificateReceipt = "" } = this.record;
    if (certificate && roster && notice)
      this.trusted = this.#checked({ certificate, notice, receipt: certificateReceipt }, roster);
    await this.#compareJoining();
    await this.watchDeadline();
    this.#step();
  }

  get #id(): string {
    const { organization, tender, envelope } = this.where;
    return `${organization}/${tender}/${envelope}`;
  }

  get step(): Step {
    return stepOf(this.record, this.key, this.#enrolled, this.#replacing);
  }

  /** Handing in was begun, and nothing was promised yet. */
  get isUnderWay(): boolean {
    return unfinished(this.record)?.stage === "committed";
  }

  get current(): Attempt | undefined {
    return unfinished(this.record) ?? head(this.record);
  }

  /** The roster that the bidder got elsewhere: everything is checked against it, then kept. */
  async trust(roster: Bytes): Promise<void> {
    const { tender, envelope } = this.where;
    const offered = await this.tools.api.offered(tender, envelope);
    const pinned = this.record.certificate;
    if (pinned && !equal(pinned, offered.certificate)) throw new Trouble("other-certificate");
    this.trusted = this.#checked(offered, roster);
    const { certificate, notice, receipt } = offered;
    await this.keep({ roster, certificate, notice, certificateReceipt: receipt });
    await this.watchDeadline();
    this.#step();
  }

  #checked(offered: Parameters<typeof accept>[0], roster: Bytes): Trusted {
    const { tender, envelope } = this.where;
    try {
      return accept(offered, roster, tender, envelope);
    } catch (error) {
      if (error instanceof OtherRoster)
        throw new Trouble("wrong-roster", { given: error.given, wanted: error.wanted });
      if (error instanceof NotLogged) throw new Trouble("not-logged");
      if (error instanceof CryptoError) throw new Trouble("untrusted", { reason: error.message });
      throw error;
    }
  }

  /** The platform's copy of the roster, and the fingerprint to compare with the published one. */
  async platformsRoster(): Promise<{ roster: Bytes; fingerprint: string }> {
    const roster = await this.tools.api.roster();
    return { roster, fingerprint: toHex(sha256(roster)) };
  }

  /** A new signing key; returns its encrypted copy, to be kept in a safe place. */
  async makeKey(passphrase: string): Promise<Bytes> {
    const { key, copy } = await makeKeyWithCopy(passphrase);
    await this.#keepKey(key);
    return copy;
  }

  async loadKey(file: Bytes, passphrase: string): Promise<void> {
    await this.#keepKey(await loadKey(file, passphrase));
    await this.enrol();
  }

  async #keepKey(key: StoredKey): Promise<void> {
    await this.tools.store.keepKey(this.where.organization, key);
    this.key = key;
  }

  /** Tells the platform the public key, once the copy is in a safe place. */
  async enrol(): Promise<void> {
    const [key, { roster }] = [this.#required("key"), this.#required("trusted")];
    const { signing_key: enrolled } = await this.tools.api.me();
    if (enrolled && !this.#isOwn(enrolled)) throw new Trouble("other-key-enrolled");
    if (!enrolled) {
      const proof = await proveEnrolment(signer(key), roster.origin, this.where.organization);
      await this.tools.api.enrol(key.public, proof);
    }
    this.#enrolled = true;
    this.#step();
  }

  #isOwn(enrolled: string | null): boolean {
    return this.key !== undefined && enrolled === toBase64(this.key.public);
  }

  async join(): Promise<void> {
    const [key, { roster }] = [this.#required("key"), this.#required("trusted")];
    const { tender, envelope } = this.where;
    const pseudonym = this.record.pseudonym ?? (await makeKey());
    // Kept first: the platform takes one pseudonym from a firm, and a lost one could never bid.
    await this.keep({ pseudonym });
    const said = {
      version: "sunseal/joining/v1" as const,
      origin: roster.origin,
      tender,
      envelope,
      pseudonym: pseudonym.public,
    };
    await this.tools.api.join(tender, envelope, await signJoining(said, signer(key)));
    await this.keep({ joined: true });
    this.#step();
  }

  /** Whoever joined by another program, or in another browser, can only go on there. */
  async #compareJoining(): Promise<void> {
    if (!this.where.joined) return;
    const own = this.record.elsewhere?.pseudonym ?? this.record.pseudonym?.public;
    if (!own || toBase64(own) !== this.where.joined) throw new Trouble("joined-elsewhere");
    if (!this.record.joined) await this.keep({ joined: true });
  }

  #made: string | undefined;

  /** The recovery file, to be saved by the bidder. Its secret is kept nowhere here. */
  async makeRecovery(): Promise<Bytes> {
    const recovery = await makeRecovery();
    this.#made = recovery.recipient;
    return writeRecovery(recovery, this.where.tender);
  }

  /** The bidder says that it is in a safe place; the rehearsal will ask for it. */
  async confirmRecovery(): Promise<void> {
    if (!this.#made) throw new Trouble("no-local-state");
    await this.keep({ recovery: this.#made });
    this.#made = undefined;
    this.#step();
  }

  /** Another recovery file, for whoever lost the first before it was needed. */
  async renewRecovery(): Promise<void> {
    await this.#abandon();
    await this.keep({ recovery: "" });
    this.#step();
  }

  async #readRecovery(file: Bytes): Promise<{ identity: string; recipient: string }> {
    try {
      return await readRecovery(file);
    } catch {
      throw new Trouble("wrong-recovery-file");
    }
  }

  /** Seals into a file of this browser; nothing leaves the machine. */
  async seal(offer: Offer): Promise<void> {
    const [key, { notice }] = [this.#required("key"), this.#required("trusted")];
    const { pseudonym, certificate, roster, recovery } = this.record;
    if (!pseudonym || !certificate || !roster) throw new Trouble("no-local-state");
    await this.#abandon();
    await keepForGood();
    const number = Math.max(0, ...this.record.attempts.map((each) => each.number)) + 1;
    const file = `${this.#id.replaceAll("/", "_")}_${number}.age`;
    const link = nextLink(this.record);
    const place = { certificate, roster, organization: this.where.organization };
    const sealed = await this.tools.workshop.seal({
      type: "seal",
      ...place,
      ...{ file, key, pseudonym, recovery, link },
      ...offer,
      currency: notice.currency,
    });
    const documents = offer.documents.map(({ name, size }) => ({ name, size }));
    await this.addAttempt({ number, file, ...sealed, price: offer.price, documents }, link.action);
    this.#replacing = false;
    this.#step();
  }

  /** Gives up what was sealed and not received. */
  async #abandon(): Promise<void> {
    const open = unfinished(this.record);
    if (!open) return;
    await removeFile(open.file);
    await this.move(open, { stage: "abandoned" });
  }

  async giveUp(): Promise<void> {
    await this.#abandon();
    this.#step();
  }

  /** Opens the sealed file with the recovery file, as the opening will. */
  async rehearse(recoveryFile: Bytes): Promise<void> {
    const attempt = unfinished(this.record);
    const { certificate, roster, recovery } = this.record;
    if (!attempt || !certificate || !roster) throw new Trouble("no-local-state");
    const { identity, recipient } = await this.#readRecovery(recoveryFile);
    if (recipient !== recovery) throw new Trouble("wrong-recovery-file");
    await this.tools.workshop.rehearse({
      type: "rehearse",
      ...{ certificate, roster, identity, file: attempt.file },
      ...{ statement: attempt.statement, signature: attempt.signature },
      organizationKey: this.#required("key").public,
    });
    await this.move(attempt, { stage: "rehearsed" });
    this.#step();
  }

  /** From wherever the attempt stands to the promise. */
  async submit(): Promise<void> {
    const attempt = unfinished(this.record);
    if (!attempt) throw new Trouble("no-local-state");
    if (attempt.stage === "sealed" && attempt.action !== "withdraw")
      throw new Trouble("rehearsal-failed");
    await handIn(this, attempt);
    this.#step();
  }

  /** A bid in place of the one that stands: back to the offer. */
  replace(): void {
    this.#replacing = true;
    this.#step();
  }

  async withdraw(): Promise<void> {
    const [{ key }, { pseudonym }] = [this.#required("trusted"), this.record];
    if (!pseudonym) throw new Trouble("no-local-state");
    await this.#abandon();
    const link = nextLink(this.record, true);
    const { data: statement, signature } = await withdraw(key, signer(pseudonym), link);
    const number = Math.max(0, ...this.record.attempts.map((each) => each.number)) + 1;
    const nothing = { file: "", size: 0, price: "", documents: [] };
    await this.addAttempt({ number, statement, signature, ...nothing }, "withdraw");
    await this.submit();
  }

  /** A bid that was sealed without a network; see `offline.ts`. */
  async adopt(papers: Bytes, file: File | undefined): Promise<void> {
    await adopt(this, papers, file);
    this.#replacing = false;
    this.#step();
  }

  /** Asks the platform once what has become of the bid. */
  async refresh(): Promise<void> {
    const last = head(this.record);
    if (last?.stage !== "received") return;
    await lookAgain(this, last);
    this.#step();
  }

  /** The deadline as the platform has it now, and the one that is proved: it may have moved. */
  async watchDeadline(): Promise<void> {
    const { deadline, status } = await this.tools.api.tender(this.where.tender);
    this.deadline = new Date(deadline);
    const [before, sure] = [this.#sure, await this.#sureDeadline()];
    this.#sure = sure;
    this.events.emit("deadline", { deadline: sure });
    if (status === "cancelled") this.say("cancelled");
    else if (this.deadline > sure) this.say("deadline-unsure", { sure: sure.toISOString() });
    else if (before && before.getTime() !== sure.getTime()) this.say("deadline-moved");
  }

  /** By the terms and the amendments in force; the platform's word until the key was checked. */
  async #sureDeadline(): Promise<Date> {
    const { trusted, record, where } = this;
    if (!trusted) return this.deadline!;
    const kept = record.amendments ?? [];
    const { amenders } = trusted.key.terms;
    if (amenders.length === 0) return toDate(published(trusted).deadline);
    const shown = await this.tools.api.amendments(where.tender, where.envelope);
    const learned = learn(shown, kept, trusted);
    if (learned.amendments.length > kept.length) await this.keep({ amendments: learned.amendments });
    return toDate(learned.current.deadline);
  }

  say(code: Trouble["code"], facts: Record<string, string> = {}): void {
    this.events.emit("message", { code, facts });
  }

  async keep(changes: Partial<EnvelopeRecord>): Promise<void> {
    const changed = { ...this.record, ...changes };
    await this.tools.store.keepEnvelope(this.#id, changed);
    this.record = changed;
  }

  async addAttempt(
    facts: Omit<Attempt, "stage" | "action" | "submission" | "upload" | "promise" | "receipt">,
    action: Attempt["action"],
    stage: Attempt["stage"] = "sealed",
  ): Promise<void> {
    const empty = { submission: "", upload: "", promise: "", receipt: "" };
    const attempt: Attempt = { ...facts, action, stage, ...empty };
    await this.keep({ attempts: [...this.record.attempts, attempt] });
  }

  /** The attempt in its next stage, kept before anything rests on it. */
  async move(attempt: Attempt, changes: Partial<Attempt>): Promise<Attempt> {
    const moved = { ...attempt, ...changes };
    const attempts = this.record.attempts.map((each) =>
      each.number === attempt.number ? moved : each,
    );
    await this.keep({ attempts });
    return moved;
  }

  /**
   * Frees the disk of what this bid took the place of. Its own file is kept: whoever can supply
   * the bytes again is safe from a platform that loses them.
   */
  async dropEarlier(attempt: Attempt): Promise<void> {
    const earlier = this.record.attempts.filter((each) => each.number < attempt.number);
    for (const each of earlier) await removeFile(each.file);
  }

  #required<K extends "key" | "trusted">(what: K): NonNullable<Controller[K]> {
    const found = this[what];
    if (!found) throw new Trouble("no-local-state");
    return found as NonNullable<Controller[K]>;
  }

  #step(): void {
    this.events.emit("step", { step: this.step });
  }
}

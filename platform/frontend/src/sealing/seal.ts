// Sealing a bid: documents and price → container → age → one file, and the statement about it.
//
// Everything streams: a bid of any size passes through a few buffers. The size is known before the
// first byte, so that a full disk is found out before the work, not after.

import { randomBytes } from "@noble/hashes/utils.js";
import { Encrypter } from "age-encryption";

import { EnvelopeRecipient } from "./age";
import { signBid, writeBid, type FileDigest, type Practitioner } from "./bid";
import type { Bytes } from "./bytes";
import type { EnvelopeKey } from "./certificate";
import { Container, measure, type Document } from "./container/writer";
import { runningSha256 } from "./digest";
import { Unverified } from "./errors";
import { sha256 } from "./hash";
import type { Source } from "./stream";
import { signStatement, type Link, type Signed, type Statement } from "./statement";
import type { Signer } from "./signing";

// A version line, two X25519 stanzas of two lines each, the MAC; then the payload's nonce, and
// chunks of 64 KiB with their tags.
const HEADER_BYTES = 22 + 2 * (54 + 44) + 48;
const NONCE_BYTES = 16;
const CHUNK = 64 << 10;
const TAG = 16;

/** What the bidder wants to say; `price` is the text that will stand in `bid.json`. */
export interface Offer {
  price: string;
  currency: string;
  practitioners: Practitioner[];
  validityDays?: number | undefined;
  documents: { name: string; source: Source }[];
}

/** In whose name, and under which pseudonym; `recovery` is the only other reader (age1…). */
export interface Bidder {
  organization: string;
  key: Signer;
  pseudonym: Signer;
  recovery: string;
}

export type Progress = (done: number, total: number) => void;

/** Where sealed bytes go; each call ends before the next begins. */
export type Sink = (data: Uint8Array) => void | Promise<void>;

/** A bid that is signed and not yet encrypted; `sealedSize` is what it will take on the disk. */
export interface Package {
  bidJson: Bytes;
  container: Container;
  files: FileDigest[];
  sealedSize: number;
}

/** Measures the documents and signs `bid.json`. Throws Malformed. */
export async function prepare(
  offer: Offer,
  envelope: EnvelopeKey,
  bidder: Bidder,
  progress: Progress = () => {},
): Promise<Package> {
  const documents = await measureAll(offer, progress);
  const files = documents.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
  const { origin, tender, envelope: name } = envelope.terms;
  const bidJson = writeBid({
    version: "sunseal/bid/v1",
    origin,
    tender,
    envelope: name,
    recipient: envelope.recipient,
    terms: envelope.termsHash,
    organization: bidder.organization,
    pseudonym: bidder.pseudonym.public,
    price: offer.price,
    currency: offer.currency,
    practitioners: offer.practitioners,
    validity_days: offer.validityDays,
    files,
    salt: new Uint8Array(randomBytes(32)),
  });
  const container = await Container.of(bidJson, await signBid(bidder.key, bidJson), documents);
  return { bidJson, container, files, sealedSize: sealedSize(container.size) };
}

async function measureAll(offer: Offer, progress: Progress): Promise<Document[]> {
  const total = offer.documents.reduce((size, { source }) => size + source.size, 0);
  let done = 0;
  const documents: Document[] = [];
  for (const { name, source } of offer.documents)
    documents.push(
      await measure(name.normalize("NFC"), source, (bytes) => progress((done += bytes), total)),
    );
  return documents;
}

/** Bytes of the age file of so much content for two recipients. */
export function sealedSize(size: number): number {
  const chunks = Math.max(1, Math.ceil(size / CHUNK));
  return HEADER_BYTES + NONCE_BYTES + size + TAG * chunks;
}

/** Encrypts into `sink` and signs the statement. Throws CryptoError. */
export async function seal(
  bid: Package,
  envelope: EnvelopeKey,
  bidder: Bidder,
  link: Link,
  sink: Sink,
  progress: Progress = () => {},
): Promise<Signed> {
  // 1. Envelope first, own recovery second, nobody else.
  const recipient = new EnvelopeRecipient(envelope, bidder.pseudonym.public);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  encrypter.addRecipient(bidder.recovery);
  // 2. Container → age → file, with the hash on the way.
  const hash = await runningSha256();
  let size = 0;
  for await (const block of blocksOf(await encrypter.encrypt(bid.container.stream()))) {
    hash.update(block);
    await sink(block);
    progress((size += block.length), bid.sealedSize);
  }
  if (size !== bid.sealedSize) throw new Unverified("the sealed file has another size than it must");
  // 3. The statement, signed by the pseudonym.
  const { share, bodyHash, proof } = recipient.authorship;
  const said = { size, sha256: hash.digest(), manifest: sha256(bid.bidJson) };
  return signStatement(
    statementOf(envelope, bidder.pseudonym, link, { ...said, share, body_hash: bodyHash, proof }),
    bidder.pseudonym,
  );
}

type Contents = Pick<
  Statement,
  "size" | "sha256" | "manifest" | "share" | "body_hash" | "proof"
>;

/** A withdrawal takes the bid out of the box, and no file goes with it. */
export function withdraw(envelope: EnvelopeKey, pseudonym: Signer, link: Link): Promise<Signed> {
  const none = new Uint8Array();
  const nothing = { sha256: none, manifest: none, share: none, body_hash: none, proof: none };
  return signStatement(
    statementOf(envelope, pseudonym, link, { size: 0, ...nothing }),
    pseudonym,
  );
}

function statementOf(
  envelope: EnvelopeKey,
  pseudonym: Signer,
  link: Link,
  contents: Contents,
): Statement {
  const { origin, tender, envelope: name } = envelope.terms;
  return {
    version: "sunseal/bid-statement/v1",
    origin,
    tender,
    envelope: name,
    recipient: envelope.recipient,
    terms: envelope.termsHash,
    pseudonym: pseudonym.public,
    ...link,
    ...contents,
  };
}

/** Not every browser can yet iterate over a stream. */
export async function* blocksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

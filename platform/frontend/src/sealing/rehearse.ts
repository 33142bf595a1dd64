// The bidder opens its own sealed bid, as the opening will: every hash and signature must hold.
//
// Only the custodians' part cannot be tried; that the envelope's stanza is one they will answer for
// is checked by its share and proof, as they check it.

import { Decrypter } from "age-encryption";

import { checkHeader, HEADER_LIMIT } from "./age";
import { placeOf, verifyAuthorship } from "./authorship";
import { MAX_BID_JSON, readBid, verifyBid, verifyFiles, type BidManifest } from "./bid";
import { equal, type Bytes } from "./bytes";
import type { EnvelopeKey } from "./certificate";
import { readContainer } from "./container/reader";
import { runningSha256 } from "./digest";
import { CryptoError, Unverified } from "./errors";
import { sha256 } from "./hash";
import type { Progress } from "./seal";
import { SIGNATURE_BYTES } from "./signing";
import { slicesOf } from "./stream";
import { verifyStatement, type Signed, type Statement } from "./statement";

const SAME = ["origin", "tender", "envelope", "recipient"] as const;

/** What the opening will find in `file`. Throws CryptoError. */
export async function rehearse(
  file: Blob,
  signed: Signed,
  envelope: EnvelopeKey,
  organization: Uint8Array,
  recovery: string,
  progress: Progress = () => {},
): Promise<BidManifest> {
  // 1. The file is the one that the statement names.
  const said = verifyStatement(signed);
  await checkUnchanged(file, said);
  // 2. Its header has the two stanzas, and the first is the one that was proved.
  await checkEnvelopeStanza(file, said, envelope);
  // 3. All of it opens and is what was signed.
  const opened = await decrypted(file, recovery);
  return checkContents(opened, said, organization, (done) => progress(done, file.size));
}

/** Throws Unverified unless the file holds the bytes that the statement promises. */
export async function checkUnchanged(file: Blob, said: Statement): Promise<void> {
  if (file.size !== said.size) throw new Unverified("the sealed file has another size");
  const hash = await runningSha256();
  for await (const block of slicesOf(file)) hash.update(block);
  if (!equal(hash.digest(), said.sha256)) throw new Unverified("the sealed file was changed");
}

async function checkEnvelopeStanza(
  file: Blob,
  said: Statement,
  envelope: EnvelopeKey,
): Promise<void> {
  const head = new Uint8Array(await file.slice(0, HEADER_LIMIT).arrayBuffer());
  const { share, body } = checkHeader(head);
  const bodyHash = sha256(body);
  if (!equal(share, said.share) || !equal(bodyHash, said.body_hash))
    throw new Unverified("the first stanza is not the one in the statement");
  verifyAuthorship(share, said.proof, placeOf(envelope, said.pseudonym, bodyHash));
}

async function decrypted(file: Blob, recovery: string): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(recovery);
  try {
    return await decrypter.decrypt(file.stream());
  } catch (error) {
    throw new Unverified(`the file does not open: ${(error as Error).message}`);
  }
}

async function checkContents(
  opened: ReadableStream<Uint8Array>,
  said: Statement,
  organization: Uint8Array,
  progress: (done: number) => void,
): Promise<BidManifest> {
  let done = 0;
  const limits = [MAX_BID_JSON, SIGNATURE_BYTES] as const;
  const members = await readContainer(opened, limits, (bytes) => progress((done += bytes))).catch(
    named,
  );
  const [bidJson, signature, ...documents] = members;
  if (!equal(sha256(bidJson!.content), said.manifest))
    throw new Unverified("bid.json is not the one in the statement");
  const manifest = readBid(bidJson!.content);
  checkSame(manifest, said);
  verifyBid(organization, bidJson!.content, signature!.content);
  verifyFiles(manifest, documents);
  return manifest;
}

/** What the decrypting stream throws is no error of ours, and means a changed payload. */
function named(error: unknown): never {
  if (error instanceof CryptoError) throw error;
  throw new Unverified(`the payload does not open: ${(error as Error).message}`);
}

function checkSame(manifest: BidManifest, said: Statement): void {
  const same = SAME.every((name) => manifest[name] === said[name]);
  const keys: [Bytes, Bytes][] = [
    [manifest.terms, said.terms],
    [manifest.pseudonym, said.pseudonym],
  ];
  if (!same || !keys.every(([a, b]) => equal(a, b)))
    throw new Unverified("bid.json and statement are of different bids");
}

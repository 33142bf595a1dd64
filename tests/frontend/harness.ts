// The browser's sealing library, asked by the tests: one request as JSON on each line, one answer.
//
// An answer is `ok`, or `refused` with the library's own error. Anything else that is thrown is
// `crashed`, which no test expects: hostile bytes must end in a refusal.

import { openAsBlob } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";

import { Decrypter } from "../../platform/frontend/node_modules/age-encryption";
import * as age from "../../platform/frontend/src/sealing/age";
import { follow } from "../../platform/frontend/src/sealing/amendment";
import { placeOf, proveAuthorship, verifyAuthorship } from "../../platform/frontend/src/sealing/authorship";
import { readBid, verifyBid } from "../../platform/frontend/src/sealing/bid";
import { fromBase64, toBase64, utf8, type Bytes } from "../../platform/frontend/src/sealing/bytes";
import { verifyCertificate } from "../../platform/frontend/src/sealing/certificate";
import {
  directory,
  localHeader,
  paddingSize,
  padme,
  type Member,
} from "../../platform/frontend/src/sealing/container/layout";
import { fold, Names } from "../../platform/frontend/src/sealing/container/names";
import { readContainer } from "../../platform/frontend/src/sealing/container/reader";
import { Container, measure } from "../../platform/frontend/src/sealing/container/writer";
import { proveEnrolment } from "../../platform/frontend/src/sealing/enrol";
import { CryptoError } from "../../platform/frontend/src/sealing/errors";
import { verifyPromise, verifyReceipt } from "../../platform/frontend/src/sealing/log";
import { parseKey, parseNote } from "../../platform/frontend/src/sealing/notes";
import { makeRecovery, readRecovery, writeRecovery } from "../../platform/frontend/src/sealing/recovery";
import { rehearse } from "../../platform/frontend/src/sealing/rehearse";
import { logKeys, parseRoster, promiseKey } from "../../platform/frontend/src/sealing/roster";
import { prepare, seal, withdraw } from "../../platform/frontend/src/sealing/seal";
import { signerOf, verify } from "../../platform/frontend/src/sealing/signing";
import { CHECKS, verify as verifyBundle } from "../../platform/frontend/src/verifier/verify";
import * as statement from "../../platform/frontend/src/sealing/statement";
import { parseNotice, parseTerms } from "../../platform/frontend/src/sealing/terms";
import { accept, checkPromise, checkReceipt } from "../../platform/frontend/src/sealing/trust";

type Request = Record<string, any>;

const bytes = (spelled: string): Bytes => fromBase64(spelled, "request");
const signed = (request: Request): statement.Signed => ({
  data: bytes(request.data),
  signature: bytes(request.signature),
});
const spelled = ({ data, signature }: statement.Signed) => ({
  data: toBase64(data),
  signature: toBase64(signature),
});
const envelope = (request: Request) =>
  verifyCertificate(bytes(request.certificate), bytes(request.roster));
const offered = (request: Request) => ({
  certificate: bytes(request.certificate),
  receipt: request.receipt,
  notice: bytes(request.notice),
});

const OPERATIONS: Record<string, (request: Request) => unknown> = {
  roster: ({ data }) => void logKeys(parseRoster(bytes(data))),
  terms: ({ data }) => void parseTerms(bytes(data)),
  notice: ({ data }) => void parseNotice(bytes(data)),
  note: ({ data }) => void parseNote(bytes(data)),
  key: ({ text, kind }) => void parseKey(text, kind),
  bid: ({ data }) => void readBid(bytes(data)),
  joining: (request) => void statement.verifyJoining(signed(request), bytes(request.organization)),
  statement: (request) => void statement.verifyStatement(signed(request)),
  chain: ({ chain }) => void statement.verifyChain(chain.map(signed)),
  signature: ({ key, message, signature }) =>
    verify(bytes(key), bytes(message), bytes(signature)),
  "bid-signature": ({ key, data, signature }) =>
    verifyBid(bytes(key), bytes(data), bytes(signature)),
  header: ({ data }) => {
    const found = age.checkHeader(bytes(data));
    return { share: toBase64(found.share), body: toBase64(found.body), size: found.size };
  },
  names: ({ names }) => {
    const all = new Names();
    for (const name of names) all.add(name);
  },
  folds: ({ texts }) => texts.map(fold),
  layout: ({ members }) => ({
    headers: members.map((member: Member) => toBase64(localHeader(member))),
    directory: toBase64(directory(members)),
    padding: paddingSize(members),
  }),
  padme: ({ sizes }) => sizes.map(padme),
  certificate: (request) => {
    const key = envelope(request);
    const { id, point, recipient, shares } = key;
    return { id: toBase64(id), point: toBase64(point), recipient, shares: shares.map(toBase64) };
  },
  accept: (request) =>
    void accept(offered(request), bytes(request.roster), request.tender, request.envelope),
  receipt: ({ receipt, roster, quorum }) => {
    const parsed = parseRoster(bytes(roster));
    const { log, cosigners } = logKeys(parsed);
    const found = verifyReceipt(utf8(receipt), parsed.origin, log, cosigners, quorum);
    return { tick: Number(found.tick), index: Number(found.index), action: found.event.action };
  },
  promise: ({ promise, roster }) => {
    const found = verifyPromise(utf8(promise), promiseKey(parseRoster(bytes(roster))));
    return { last: Number(found.lastTick), action: found.event.action };
  },
  received: (request) => {
    const roster = parseRoster(bytes(request.roster));
    checkPromise(request.promise, bytes(request.data), roster);
  },
  complete: (request) => {
    const trusted = accept(
      { ...offered(request), receipt: request.certificate_receipt },
      bytes(request.roster),
      request.tender,
      request.envelope,
    );
    checkReceipt(request.receipt, request.promise, bytes(request.data), trusted);
  },
  timetable: (request) => {
    const trusted = accept(offered(request), bytes(request.roster), request.tender, request.envelope);
    const shown = request.amendments.map(({ amendment, signatures, acknowledgements }: Request) => ({
      amendment: bytes(amendment),
      signatures: signatures.map(bytes),
      receipts: acknowledgements.map(({ receipt }: Request) => receipt),
    }));
    const { current, doubt } = follow(shown, trusted);
    return { deadline: Number(current.deadline), number: current.number, doubt };
  },
  prove: ({ secret, pseudonym, body_hash, ...request }) => {
    const place = placeOf(envelope(request), bytes(pseudonym), bytes(body_hash));
    return toBase64(proveAuthorship(bytes(secret), place));
  },
  authorship: ({ share, proof, pseudonym, body_hash, ...request }) => {
    const place = placeOf(envelope(request), bytes(pseudonym), bytes(body_hash));
    verifyAuthorship(bytes(share), bytes(proof), place);
  },
  container: async ({ path }) => {
    const found = await readContainer((await openAsBlob(path)).stream(), [1 << 20, 64]);
    return found.map(({ name, size, sha256 }) => ({ name, size, sha256: toBase64(sha256) }));
  },
  pack: async ({ path, bid_json, bid_sig, documents }) => {
    const measured = [];
    for (const { name, source } of documents)
      measured.push(await measure(name, await openAsBlob(source)));
    const container = await Container.of(bytes(bid_json), bytes(bid_sig), measured);
    await writeFile(path, container.stream());
    return container.size;
  },
  age: async ({ path, identities }) => {
    const decrypter = new Decrypter();
    for (const identity of identities) decrypter.addIdentity(identity);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await decrypted(decrypter, path)));
    return toBase64(hash);
  },
  recovery: async ({ tender }) => {
    const made = await makeRecovery();
    const file = writeRecovery(made, tender);
    const again = await readRecovery(file);
    return { ...made, same: again.identity === made.identity, file: toBase64(file) };
  },
  enrol: async ({ seed, origin, organization }) => {
    const key = signerOf(bytes(seed));
    return { key: toBase64(key.public), proof: toBase64(await proveEnrolment(key, origin, organization)) };
  },
  join: async ({ seed, pseudonym, ...place }) => {
    const said = { version: "sunseal/joining/v1" as const, ...place, pseudonym: bytes(pseudonym) };
    return spelled(await statement.signJoining(said as statement.Joining, signerOf(bytes(seed))));
  },
  seal: async (request) => {
    const key = envelope(request);
    const documents = [];
    for (const { name, source } of request.documents)
      documents.push({ name, source: await openAsBlob(source) });
    const bidder = bidderOf(request);
    const bid = await prepare({ ...request.offer, documents }, key, bidder);
    const file = await open(request.path, "w");
    const link = statement.linkAfter(request.head && signed(request.head));
    const made = await seal(bid, key, bidder, link, async (block) => {
      await file.write(block);
    });
    await file.close();
    return spelled(made);
  },
  withdraw: async (request) => {
    const link = statement.linkAfter(signed(request.head), true);
    return spelled(await withdraw(envelope(request), signerOf(bytes(request.pseudonym)), link));
  },
  checks: () => CHECKS.map(({ name }) => name),
  audit: async ({ path, roster, papers, states = [], annex = "", previous = "" }) => {
    const kept = Object.entries(papers as Record<string, string>);
    return verifyBundle(await openAsBlob(path), bytes(roster), {
      papers: new Map(kept.map(([name, data]) => [name, bytes(data)])),
      states: (states as string[]).map(bytes),
      annex: annex ? bytes(annex) : undefined,
      previousRoster: previous ? bytes(previous) : undefined,
    });
  },
  rehearse: async (request) => {
    const { organization, identity, path } = request;
    const key = envelope(request);
    const file = await openAsBlob(path);
    const found = await rehearse(file, signed(request), key, bytes(organization), identity);
    return { price: found.price, files: found.files.map(({ name }) => name) };
  },
};

function bidderOf({ organization, key, pseudonym, recovery }: Request) {
  return { organization, key: signerOf(bytes(key)), pseudonym: signerOf(bytes(pseudonym)), recovery };
}

async function decrypted(decrypter: Decrypter, path: string): Promise<ArrayBuffer> {
  try {
    const stream = await decrypter.decrypt((await openAsBlob(path)).stream());
    return await new Response(stream as ReadableStream<Bytes>).arrayBuffer();
  } catch (error) {
    // The package throws plain errors, which `rehearse` names as is done here.
    throw new CryptoError((error as Error).message);
  }
}

async function answer(line: string): Promise<object> {
  const { op, ...request } = JSON.parse(line) as Request;
  try {
    return { ok: (await OPERATIONS[op]!(request)) ?? null };
  } catch (error) {
    const { name, message, stack } = error as Error;
    return error instanceof CryptoError ? { refused: name, message } : { crashed: stack, message };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await answer(line)));

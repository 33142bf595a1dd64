// Bids that were sealed without a network: the kit that goes there, and what comes back.
//
// This page sees a sealed file and signed words about it, and no price, document or key.

import { equal, toBase64, type Bytes } from "../sealing/bytes";
import { CryptoError } from "../sealing/errors";
import { readHandingIn, writeKit, type HandingIn } from "../sealing/offline";
import { checkUnchanged } from "../sealing/rehearse";
import type { Statement } from "../sealing/statement";
import type { Controller } from "./controller";
import { Trouble } from "./events";
import { keepFile } from "./files";

/** Everything public about the envelope, in one file. */
export async function kitOf(controller: Controller, practitioners: string[]): Promise<Bytes> {
  const { tender, envelope, organization } = controller.where;
  const offered = await controller.tools.api.offered(tender, envelope);
  const place = { organization, tender, envelope };
  return writeKit({ version: "sunseal/sealing-kit/v1", ...place, ...offered, practitioners });
}

/** Takes a sealed file and its papers to where they can be handed in. Throws Trouble. */
export async function adopt(
  controller: Controller,
  papers: Bytes,
  file: File | undefined,
): Promise<void> {
  const given = await checked(controller, papers, file);
  await enrol(controller, given);
  await join(controller, given);
  const { said, statement, key } = given;
  await controller.giveUp();
  const number = Math.max(0, ...controller.record.attempts.map((each) => each.number)) + 1;
  const name = file && said.size > 0 ? `${toBase64(statement.signature).slice(0, 12)}.age` : "";
  if (file && name) await keepFile(name.replaceAll("/", "_"), file);
  await controller.keep({ joined: true, elsewhere: { key, pseudonym: said.pseudonym } });
  const facts = { statement: statement.data, signature: statement.signature, size: said.size };
  const unknown = { price: "—", documents: [] };
  await controller.addAttempt(
    { number, file: name.replaceAll("/", "_"), ...facts, ...unknown },
    said.action,
    "rehearsed",
  );
}

type Given = HandingIn & { said: Statement };

/** That papers and file belong together, and to this firm, envelope and key. Throws Trouble. */
async function checked(
  { where, trusted }: Controller,
  papers: Bytes,
  file: File | undefined,
): Promise<Given> {
  if (!trusted) throw new Trouble("no-local-state");
  const { key } = trusted;
  try {
    const given = readHandingIn(papers);
    const { said } = given;
    const own = given.organization === where.organization && said.origin === key.terms.origin;
    const here = said.tender === where.tender && said.envelope === where.envelope;
    if (!own || !here || !equal(said.terms, key.termsHash) || said.recipient !== key.recipient)
      throw new CryptoError("of another firm, tender or key");
    if (said.size > 0 && !file) throw new Trouble("no-file");
    if (file && said.size > 0) await checkUnchanged(file, said);
    return given;
  } catch (error) {
    if (error instanceof CryptoError)
      throw new Trouble("wrong-handing-in", { reason: error.message });
    throw error;
  }
}

async function enrol({ tools: { api } }: Controller, { key, enrolment }: Given): Promise<void> {
  const { signing_key: enrolled } = await api.me();
  if (enrolled && enrolled !== toBase64(key)) throw new Trouble("other-key-enrolled");
  if (!enrolled) await api.enrol(key, enrolment);
}

async function join(controller: Controller, { joining, said }: Given): Promise<void> {
  const { where, record, tools } = controller;
  const own = toBase64(said.pseudonym);
  const before = record.elsewhere?.pseudonym ?? (record.joined && record.pseudonym?.public);
  if ((where.joined && where.joined !== own) || (before && toBase64(before) !== own))
    throw new Trouble("joined-elsewhere");
  if (!where.joined && !before) await tools.api.join(where.tender, where.envelope, joining);
}

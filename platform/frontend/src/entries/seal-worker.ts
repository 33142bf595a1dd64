// The worker in which bids are sealed and rehearsed; see ../bidder/work.ts for what it is told.

import { verifyCertificate } from "../sealing/certificate";
import { CryptoError, Malformed } from "../sealing/errors";
import { rehearse } from "../sealing/rehearse";
import { prepare, seal, type Progress } from "../sealing/seal";
import { readStatement } from "../sealing/statement";
import { Trouble, type Code, type Events } from "../bidder/events";
import { createFile, missingSpace, openFile, removeFile } from "../bidder/files";
import { signer } from "../bidder/keys";
import type { Order, RehearseOrder, Report, SealOrder } from "../bidder/work";

const EVERY_MS = 100;

function report(said: Report): void {
  postMessage(said);
}

/** Tells of progress often enough for an eye, and not for each of thousands of blocks. */
function telling(work: Events["progress"]["work"]): Progress {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < EVERY_MS && done < total) return;
    last = now;
    report({ type: "progress", progress: { work, done, total } });
  };
}

async function sealed(order: SealOrder): Promise<Report> {
  const envelope = verifyCertificate(order.certificate, order.roster);
  const bidder = {
    organization: order.organization,
    key: signer(order.key),
    pseudonym: signer(order.pseudonym),
    recovery: order.recovery,
  };
  const documents = order.documents.map((file) => ({ name: file.name, source: file }));
  const bid = await prepare({ ...order, documents }, envelope, bidder, telling("measuring"));
  const missing = await missingSpace(bid.sealedSize);
  if (missing > 0) throw new Trouble("no-space");
  const signed = await written(order.file, bid.sealedSize, (write) =>
    seal(bid, envelope, bidder, order.link, write, telling("sealing")),
  );
  const { size } = readStatement(signed.data);
  return {
    type: "sealed",
    sealed: { statement: signed.data, signature: signed.signature, size },
  };
}

/** The file is whole and on the disk, or it is not there. */
async function written<T>(
  name: string,
  size: number,
  make: (write: (data: Uint8Array) => void) => Promise<T>,
): Promise<T> {
  const file = await createFile(name, size);
  let at = 0;
  try {
    const made = await make((data) => {
      const taken = file.write(data as Uint8Array<ArrayBuffer>, { at });
      if (taken !== data.length) throw new Trouble("no-space");
      at += taken;
    });
    file.flush();
    file.close();
    return made;
  } catch (error) {
    file.close();
    await removeFile(name);
    throw error;
  }
}

async function opened(order: RehearseOrder): Promise<Report> {
  const file = await openFile(order.file);
  if (!file) throw new Trouble("file-gone");
  const signed = { data: order.statement, signature: order.signature };
  const envelope = verifyCertificate(order.certificate, order.roster);
  const { identity, organizationKey } = order;
  const told = telling("opening");
  const bid = await rehearse(file, signed, envelope, organizationKey, identity, told);
  return { type: "opened", price: bid.price };
}

function trouble(order: Order, error: unknown): Report {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Trouble) return { type: "trouble", code: error.code, facts: error.facts };
  const facts: Record<string, string> = { reason };
  return { type: "trouble", code: codeOf(order, error), facts };
}

function codeOf(order: Order, error: unknown): Code {
  if (order.type === "rehearse") return "rehearsal-failed";
  if (error instanceof DOMException && error.name === "QuotaExceededError") return "no-space";
  if (error instanceof DOMException && error.name === "NotReadableError") return "document-changed";
  if (error instanceof Malformed) return "bad-offer";
  return error instanceof CryptoError ? "document-changed" : "sealing-failed";
}

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  const done = order.type === "seal" ? sealed(order) : opened(order);
  void done.catch((error: unknown) => trouble(order, error)).then(report);
});

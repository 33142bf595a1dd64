// The worker in which a bid is sealed and opened again. The file is gathered in a blob, which a
// browser keeps on its disk: a page from the disk has no file system of its own.

import { verifyCertificate } from "../../src/sealing/certificate";
import { recoveryOf } from "../../src/sealing/recovery";
import { rehearse } from "../../src/sealing/rehearse";
import { prepare, seal, type Progress } from "../../src/sealing/seal";
import { signerOf } from "../../src/sealing/signing";
import { words, wordsOf, type Words } from "../../src/verifier/words";
import type { Order, RehearseOrder, Report, SealOrder } from "./messages";

const EVERY_MS = 100;
// So much is held in memory before the browser may put it on its disk.
const PART = 32 << 20;

function report(said: Report): void {
  postMessage(said);
}

function telling(what: Words): Progress {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < EVERY_MS && done < total) return;
    last = now;
    report({ type: "progress", what, done, total });
  };
}

/** Bytes on their way into one blob. */
class Gathered {
  #whole = new Blob();
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  add(data: Uint8Array): void {
    this.#parts.push(data.slice());
    this.#size += data.length;
    if (this.#size >= PART) this.#settle();
  }

  blob(): Blob {
    this.#settle();
    return this.#whole;
  }

  #settle(): void {
    this.#whole = new Blob([this.#whole, ...this.#parts]);
    this.#parts = [];
    this.#size = 0;
  }
}

async function sealed({ kit, roster, keys, link, offer }: SealOrder): Promise<Report> {
  const envelope = verifyCertificate(kit.certificate, roster);
  const bidder = {
    organization: kit.organization,
    key: signerOf(keys.organization),
    pseudonym: signerOf(keys.pseudonym),
    recovery: (await recoveryOf(keys.recovery)).recipient,
  };
  const reading = telling(words("Reading the documents", "正在读取文件"));
  const bid = await prepare(offer, envelope, bidder, reading);
  const file = new Gathered();
  const sealing = telling(words("Encrypting on this computer", "正在本机加密"));
  const add = (data: Uint8Array): void => file.add(data);
  const statement = await seal(bid, envelope, bidder, link, add, sealing);
  return { type: "sealed", file: file.blob(), statement };
}

async function opened({ kit, roster, keys, file, statement }: RehearseOrder): Promise<Report> {
  const envelope = verifyCertificate(kit.certificate, roster);
  const organization = signerOf(keys.organization).public;
  const told = telling(words("Opening it again", "正在试开"));
  const bid = await rehearse(file, statement, envelope, organization, keys.recovery, told);
  const files = bid.files.map(({ name }) => name);
  return { type: "opened", price: bid.price, currency: bid.currency, files };
}

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  void (order.type === "seal" ? sealed(order) : opened(order))
    .catch((error: unknown): Report => ({ type: "failed", what: wordsOf(error) }))
    .then(report);
});

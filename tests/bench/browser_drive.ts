// Drives the built worker as the page does, and the library alone in a worker of its own.

import { fromBase64 } from "../../platform/frontend/src/sealing/bytes";
import { makeKey } from "../../platform/frontend/src/bidder/keys";
import { Workshop, type SealOrder } from "../../platform/frontend/src/bidder/work";

let order: SealOrder;

async function prepare(facts: Record<string, string>): Promise<void> {
  order = {
    type: "seal",
    file: "bench.age",
    documents: [],
    price: "1.00",
    currency: "CNY",
    practitioners: [],
    validityDays: undefined,
    organization: facts["organization"]!,
    key: await makeKey(),
    pseudonym: await makeKey(),
    recovery: facts["recovery"]!,
    link: { action: "submit", sequence: 1, previous: new Uint8Array() },
    certificate: fromBase64(facts["certificate"]!, "certificate"),
    roster: fromBase64(facts["roster"]!, "roster"),
  };
}

function chosen(): File {
  return document.querySelector<HTMLInputElement>("#file")!.files![0]!;
}

async function seal(): Promise<number> {
  const workshop = new Workshop("seal-worker.js", () => undefined);
  return (await workshop.seal({ ...order, documents: [chosen()] })).size;
}

function library(): Promise<number> {
  const worker = new Worker("library.js", { type: "module" });
  const done = new Promise<number>((end, fail) => {
    worker.onmessage = ({ data }) => end(data as number);
    worker.onerror = ({ message }) => fail(new Error(message));
  });
  worker.postMessage({ file: chosen(), recipient: order.recovery });
  return done.finally(() => worker.terminate());
}

Object.assign(window, { prepare, seal, library });

// The worker in which a bundle is verified, so that the page stays alive meanwhile.

import { verify } from "../../src/verifier/verify";
import { wordsOf } from "../../src/verifier/words";
import type { Order, Report } from "./messages";

function report(said: Report): void {
  postMessage(said);
}

addEventListener("message", ({ data: { bundle, roster, outside } }: MessageEvent<Order>) => {
  void verify(bundle, roster, outside, (progress) => report({ type: "progress", progress }))
    .then((verdict): Report => ({ type: "verdict", verdict }))
    .catch((error: unknown): Report => ({ type: "unreadable", what: wordsOf(error) }))
    .then(report);
});

// Handing in a sealed bid: commit, upload, finalise, promise; then the receipt.
//
// A bid counts from the promise on and is called received; before the receipt nothing is called
// complete. The platform's word is believed only as far as it is signed and about this statement.

import { CryptoError } from "../sealing/errors";
import { checkPromise, checkReceipt, checkRefusal, type Trusted } from "../sealing/trust";
import { Refusal, type Api, type SubmissionView } from "./api";
import { Trouble, type Emitter } from "./events";
import { openFile } from "./files";
import { signedOf } from "./record";
import type { Attempt } from "./store";
import { upload, UploadGone } from "./upload";

const UPLOADS_PER_CALL = 3;
const CLOSED = new Set(["deadline-passed", "late-at-the-lock", "not-open", "tender-cancelled"]);

/** Where statements of one envelope are handed in. */
export interface Desk {
  where: { tender: string; envelope: string };
  tools: { api: Api };
  events: Emitter;
  trusted: Trusted | undefined;
  deadline: Date | undefined;
  say(code: Trouble["code"], facts?: Record<string, string>): void;
  move(attempt: Attempt, changes: Partial<Attempt>): Promise<Attempt>;
  /** A file that a later bid has taken the place of only fills the disk. */
  dropEarlier(attempt: Attempt): Promise<void>;
}

/** Takes the attempt to `received`, from wherever it stands. Throws Trouble. */
export async function handIn(desk: Desk, sealed: Attempt): Promise<void> {
  try {
    // 1. Commit: the platform has the statement, and from here on there is only this one.
    let [attempt, view] = await commit(desk, sealed);
    // 2. Upload, from where it stopped.
    if (!view.promise && view.state === "committed" && attempt.size > 0)
      attempt = await sendFile(desk, attempt);
    // 3. Finalise: the moment that counts is its arrival with all bytes stored.
    const done = view.promise ? view : await desk.tools.api.finalise(attempt.submission);
    await receive(desk, attempt, done.promise ?? "");
  } catch (error) {
    throw named(error);
  }
}

async function commit(desk: Desk, attempt: Attempt): Promise<[Attempt, SubmissionView]> {
  const { api } = desk.tools;
  if (attempt.stage === "committed") {
    const view = await api.submission(attempt.submission);
    await checkStanding(desk, attempt, view);
    return [attempt, view];
  }
  const { tender, envelope } = desk.where;
  const view = await api.commit(tender, envelope, signedOf(attempt));
  const facts = { submission: view.id, upload: view.upload ?? "" };
  return [await desk.move(attempt, { stage: "committed", ...facts }), view];
}

async function checkStanding(desk: Desk, attempt: Attempt, view: SubmissionView): Promise<void> {
  if (view.refusal) await refused(desk, attempt, view.refusal);
  if (view.state !== "void") return;
  await desk.move(attempt, { stage: "abandoned" });
  throw new Trouble("void");
}

async function sendFile(desk: Desk, attempt: Attempt): Promise<Attempt> {
  const file = await openFile(attempt.file);
  if (file?.size !== attempt.size) throw new Trouble("file-gone");
  for (let tries = 0; tries < UPLOADS_PER_CALL; tries++) {
    try {
      await upload(desk.tools.api, attempt.submission, file, {
        url: attempt.upload,
        begun: async (url) => {
          if (url !== attempt.upload) attempt = await desk.move(attempt, { upload: url });
        },
        progress: (done, total) =>
          desk.events.emit("progress", { work: "uploading", done, total }),
        line: (up) => (up ? desk.events.emit("quiet", {}) : desk.say("offline")),
        inTime: () => !desk.deadline || Date.now() < desk.deadline.getTime() + 60_000,
      });
      return attempt;
    } catch (error) {
      if (!(error instanceof UploadGone)) throw error;
      attempt = await desk.move(attempt, { upload: "" });
    }
  }
  throw new Trouble("void");
}

async function receive(desk: Desk, attempt: Attempt, promise: string): Promise<void> {
  believed(() => checkPromise(promise, attempt.statement, trustedOf(desk).roster));
  await desk.move(attempt, { stage: "received", promise });
  await desk.dropEarlier(attempt);
}

/** What has become of a received statement: still so, complete, or refused. Throws Trouble. */
export async function lookAgain(desk: Desk, attempt: Attempt): Promise<void> {
  const view = await desk.tools.api.submission(attempt.submission);
  if (view.refusal) await refused(desk, attempt, view.refusal);
  // While the platform still reads the file, it could yet refuse it, receipt or no receipt.
  const { receipt } = view;
  if (!receipt || view.state === "finalised") return;
  believed(() => checkReceipt(receipt, attempt.promise, attempt.statement, trustedOf(desk)));
  await desk.move(attempt, { stage: "complete", receipt });
}

async function refused(desk: Desk, attempt: Attempt, note: string): Promise<never> {
  const rule = believed(() => checkRefusal(note, attempt.statement, trustedOf(desk).roster));
  await desk.move(attempt, { stage: "refused" });
  throw new Trouble("bid-refused", { reason: rule, kind: rule });
}

function believed<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof CryptoError) throw new Trouble("false-word", { reason: error.message });
    throw error;
  }
}

function trustedOf(desk: Desk): Trusted {
  if (!desk.trusted) throw new Trouble("no-local-state");
  return desk.trusted;
}

function named(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const facts = { reason: error.detail, kind: error.kind };
  return new Trouble(CLOSED.has(error.kind) ? "deadline-passed" : "refused", facts);
}

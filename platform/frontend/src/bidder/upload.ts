// The sealed file on its way, by tus 1.0: in pieces, from where the platform says it stands.
//
// A line that drops, a server that is restarted, a browser that is closed: each costs the piece
// that was under way, and nothing else.

import { Upload, type DetailedError } from "tus-js-client";

import { Refusal, refusalOf, sleep, type Api } from "./api";
import { Trouble } from "./events";

const PIECE = 8 << 20;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const ENDPOINT = "/api/v1/uploads";
// The upload is over at the platform; the statement may have a new one, or may be void itself.
const GONE = new Set([404, 410]);

// Another request in the same upload, a piece damaged on the way: asked again.
const PASSING = new Set([408, 423, 429, 460]);
// What a 409 may mean that does not end the upload.
const MAY_PASS = new Set(["", "offset-differs", "staged-too-long"]);

/** The upload is not there any more. */
export class UploadGone extends Error {
  override name = "UploadGone";
}

export interface Course {
  /** Where the upload stands at the platform; empty before there is one. */
  url: string;
  /** Told once there is one, and waited for, because a closed browser must find it again. */
  begun(url: string): Promise<void>;
  progress(done: number, total: number): void;
  /** Told of each time that the line is down, and once it is up again. */
  line(up: boolean): void;
  /** Whether going on still makes sense. */
  inTime(): boolean;
}

/** Returns when the platform has every byte. Throws UploadGone, Trouble. */
export async function upload(
  api: Api,
  submission: string,
  file: File,
  course: Course,
): Promise<void> {
  let pause = FIRST_PAUSE;
  let sent = 0;
  const moved: Course = {
    ...course,
    progress: (done, total) => {
      // Patience is for standing still, not for a long way.
      if (done > sent) pause = FIRST_PAUSE;
      sent = done;
      course.progress(done, total);
    },
    begun: async (url) => {
      moved.url = url;
      await course.begun(url);
    },
  };
  while (!(await once(api, submission, file, moved))) {
    course.line(false);
    if (!course.inTime()) throw new Trouble("deadline-passed");
    await sleep(pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
  course.line(true);
}

/** Whether all was sent; false when it is worth another try. */
async function once(api: Api, submission: string, file: File, course: Course): Promise<boolean> {
  const failed = await new Promise<Error | undefined>((done) => {
    const sending = new Upload(file, {
      endpoint: ENDPOINT,
      uploadUrl: course.url || null,
      metadata: { submission },
      chunkSize: PIECE,
      headers: api.headers,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onProgress: (sent, total) => course.progress(sent, total ?? file.size),
      onUploadUrlAvailable: () => void course.begun(pathOf(sending.url ?? "")),
      onSuccess: () => done(undefined),
      onError: (error) => done(error),
    });
    sending.start();
  });
  if (!failed) return true;
  const answer = (failed as DetailedError).originalResponse;
  const status = answer?.getStatus() ?? 0;
  if (GONE.has(status)) throw new UploadGone();
  const refused = refusalOf(status, answer?.getBody() ?? "");
  if (status === 0 || status >= 500 || PASSING.has(status)) return false;
  if (status === 409 && refused instanceof Refusal && MAY_PASS.has(refused.kind)) return false;
  throw refused;
}

/** Only its path counts: a host named by an answer must not get the file. */
function pathOf(url: string): string {
  return new URL(url, location.href).pathname;
}

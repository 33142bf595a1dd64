// Sends what a form of the reference describes, and shows the answer as text: never as markup,
// because an answer can hold words of strangers.

// A stream of events never ends; this much of it is shown.
const LISTEN_MS = 4000;
const MOST = 200_000;

export function startTrying(): void {
  const form = document.querySelector<HTMLFormElement>("#try");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

async function send(form: HTMLFormElement): Promise<void> {
  const words = document.querySelector<HTMLElement>("#words")?.dataset ?? {};
  try {
    const answer = await fetch(address(form), request(form));
    const text = await shown(answer, words);
    show(`${answer.status} ${answer.statusText}`, text);
  } catch {
    show("", words["failed"] ?? "");
  }
}

function address(form: HTMLFormElement): string {
  let path = form.dataset["path"] ?? "";
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll<HTMLInputElement>("[data-where]")) {
    if (field.dataset["where"] === "path") {
      path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    } else if (field.dataset["where"] === "query" && field.value !== "") {
      query.append(field.name, field.value);
    }
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function request(form: HTMLFormElement): RequestInit {
  const headers = new Headers();
  const token = form.querySelector<HTMLInputElement>("#token")?.value.trim() ?? "";
  const ours = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  if (token !== "") {
    headers.set("Authorization", `Bearer ${token}`);
  } else if (ours !== "") {
    headers.set("X-CSRF-Token", ours);
  }
  for (const field of form.querySelectorAll<HTMLInputElement>('[data-where="header"]')) {
    if (field.value !== "") {
      headers.set(field.name, field.value);
    }
  }
  const made: RequestInit = { method: form.dataset["method"] ?? "GET", headers, redirect: "manual" };
  const body = form.querySelector<HTMLTextAreaElement>("#body")?.value ?? "";
  if (body !== "") {
    headers.set("Content-Type", form.dataset["mediaType"] ?? "application/json");
    made.body = body;
  }
  return made;
}

async function shown(answer: Response, words: DOMStringMap): Promise<string> {
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.startsWith("text/event-stream")) {
    return `${await beginning(answer)}\n${words["stream"] ?? ""}`;
  }
  if (kind.includes("json")) {
    return JSON.stringify(await answer.json(), null, 2).slice(0, MOST);
  }
  if (kind.startsWith("text/")) {
    return (await answer.text()).slice(0, MOST);
  }
  const { size } = await answer.blob();
  return size > 0 ? `${kind} ${size} ${words["bytes"] ?? ""}` : "";
}

async function beginning(answer: Response): Promise<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const end = setTimeout(() => void reader?.cancel(), LISTEN_MS);
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
  }
  clearTimeout(end);
  return text;
}

function show(status: string, text: string): void {
  const place = document.querySelector<HTMLElement>("#answer");
  const line = document.querySelector<HTMLElement>("#answer-status");
  const body = document.querySelector<HTMLElement>("#answer-body");
  if (place && line && body) {
    line.textContent = status;
    body.textContent = text;
    place.hidden = false;
  }
}

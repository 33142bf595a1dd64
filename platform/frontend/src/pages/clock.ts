// Clocks and countdowns by the platform's time: the page brings it once, and this machine's own
// steady timer, which nobody sets, keeps it going. The computer's date is never looked at.

const SECOND = 1000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function face(element: HTMLElement, name: string): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[${name}]`);
}

export function wall(moment: number): string {
  // As the server writes it: English here is that of the days before the months.
  const locale = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
  return new Intl.DateTimeFormat(locale, {
    timeZone: "Asia/Shanghai",
    dateStyle: "long",
    timeStyle: "medium",
  }).format(moment);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function left(seconds: number, day: string): string {
  const days = Math.floor(seconds / DAY);
  const rest = seconds % DAY;
  const clock = [Math.floor(rest / HOUR), Math.floor((rest % HOUR) / MINUTE), rest % MINUTE];
  return `${days > 0 ? `${days} ${day} ` : ""}${clock.map(two).join(":")}`;
}

function every(show: () => void): void {
  show();
  setInterval(show, SECOND);
}

const began = performance.now();

/** The platform's time by the page's own clock, or this machine's where the page has none. */
export function platformNow(): number {
  const brought = document.querySelector<HTMLElement>("[data-clock]")?.dataset["clock"] ?? "";
  const start = Date.parse(brought);
  return Number.isNaN(start) ? Date.now() : start + performance.now() - began;
}

/** One that came later counts from the moment that it brings. */
export function startCountdown(element: HTMLElement): void {
  const shown = face(element, "data-countdown-face");
  const { until = "", now = "", over = "", day = "" } = element.dataset;
  const total = Date.parse(until) - Date.parse(now);
  const from = performance.now();
  if (shown !== null && !Number.isNaN(total)) {
    every(() => {
      const seconds = Math.ceil((total - (performance.now() - from)) / SECOND);
      shown.textContent = seconds > 0 ? left(seconds, day) : over;
    });
  }
}

export function startClocks(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-clock]")) {
    const shown = face(element, "data-clock-face");
    const start = Date.parse(element.dataset["clock"] ?? "");
    if (shown !== null && !Number.isNaN(start)) {
      every(() => (shown.textContent = wall(start + performance.now() - began)));
    }
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-until]")) {
    startCountdown(element);
  }
}

// A practice instance is told from a real one by its name, which stands in all that it signs.

import { element } from "./language";

const PREFIX = "practice.";
const MARK = "练习 / Practice · ";

/** Marks the page, or takes the mark away, by the names of the logs that its files are of. */
export function markPractice(...origins: (string | undefined)[]): void {
  const practised = origins.some((origin) => origin?.startsWith(PREFIX));
  element("#practice").hidden = !practised;
  const title = document.title.replace(MARK, "");
  document.title = practised ? MARK + title : title;
}

// Says which files were chosen, in the page's words and not the browser's.

export function startFileFields(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>(".file-input")) {
    const shown = input.parentElement?.querySelector<HTMLElement>(".file-name");
    input.addEventListener("change", () => {
      const names = [...(input.files ?? [])].map((file) => file.name);
      if (shown && names.length > 0) {
        shown.textContent = names.join("、");
      }
    });
  }
}

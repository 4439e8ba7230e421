/** Hands a text to the person as a file. */
export function saveText(name: string, text: string, type = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it when the click is over; some begin a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

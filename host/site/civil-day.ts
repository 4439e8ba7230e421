const form = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a day of the calendar, such as 2026-02-28; 2026-02-30 and year 0 are none. */
export function isCivilDay(text: string): boolean {
  const [, year, month, day] = form.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || year === '0000') return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

import { unseenSigns } from '../logging/plain-line.ts';

/** Rows below a head, each column as wide as its widest cell; what comes from devices keeps to its line. */
export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows].map(row => row.map(plain));
  const widths = head.map((_, column) => Math.max(...all.map(row => [...(row[column] ?? '')].length)));
  return all.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Control characters of a name could move the cursor of a terminal. */
export const plain = (text: string): string => text.replaceAll(unseenSigns, '\u00b7');

/** `2026-11-21 18:30 UTC`. */
export const timeText = (atMs: number | null): string =>
  atMs === null ? 'never' : `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `3 h`, `2 days`: how long something took or is ago. */
export function spanText(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  if (s < 172_800) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} days`;
}

/** A difference below this is the second's resolution of the header and the way of the answer. */
const ignoredMs = 5000;

let offsetMs = 0;

/** Learns from an answer's `Date` header how far this device's clock is from the host's. */
export function learnClock(dateHeader: string | null): void {
  const hostMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(hostMs)) return;
  const difference = hostMs - Date.now();
  offsetMs = Math.abs(difference) < ignoredMs ? 0 : difference;
}

/** Now by the host's clock, which is what values are dated by: a phone that is minutes off shows the same page. */
export const hostNow = (): number => Date.now() + offsetMs;

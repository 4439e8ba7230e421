/** After the first gateway alone: these shares of all, in percent. */
export const usualShares: readonly number[] = Object.freeze([10, 100]);

/**
 * Gateways in the order given, one first, then until each share of all has had its turn. The last share takes all.
 */
export function stagesOf(gateways: readonly string[], shares: readonly number[]): string[][] {
  const stages: string[][] = [];
  let done = 0;
  const upTo = (count: number): void => {
    if (count > done) stages.push(gateways.slice(done, count));
    done = Math.max(done, count);
  };
  upTo(Math.min(1, gateways.length));
  for (const share of shares) upTo(Math.min(Math.ceil((gateways.length * share) / 100), gateways.length));
  upTo(gateways.length);
  return stages;
}

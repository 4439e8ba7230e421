import type { Page } from 'playwright-core';
import { pause, rounded } from './numbers.ts';

const firstMs = 20_000;
const everyMs = 10_000;

/**
 * What a live view holds of memory while it is looked at: after a while for what is loaded once, then to the end.
 * The slope is that of the least squares, of sizes after the garbage was collected: over all of it, and over the second
 * half, when the engine has compiled what is drawn again and again and the browser's own lists of timings are full.
 */
export async function memory(page: Page, url: string, minutes: number): Promise<Record<string, number>> {
  const session = await page.context().newCDPSession(page);
  await page.goto(`${url}/#/`);
  await pause(firstMs);
  const times: number[] = [];
  const sizes: number[] = [];
  const startMs = performance.now();
  while (times.length < 3 || performance.now() - startMs < minutes * 60_000) {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    times.push((performance.now() - startMs) / 3_600_000);
    sizes.push(usedSize / 1024);
    await pause(everyMs);
  }
  return {
    liveMinutes: rounded(minutes, 0),
    heapFirstKb: rounded(sizes[0] ?? 0, 0),
    heapLastKb: rounded(sizes.at(-1) ?? 0, 0),
    heapKbPerHour: rounded(slopeOf(times, sizes), 0),
    heapKbPerHourOfSecondHalf: rounded(slopeOf(...secondHalf(times, sizes)), 0),
  };
}

const secondHalf = (times: readonly number[], sizes: readonly number[]) => {
  const half = Math.floor(times.length / 2);
  return [times.slice(half), sizes.slice(half)] as const;
};

function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [above, below] = [0, 0];
  for (const [index, x] of xs.entries()) {
    above += (x - meanX) * ((ys[index] ?? 0) - meanY);
    below += (x - meanX) ** 2;
  }
  return above / below;
}

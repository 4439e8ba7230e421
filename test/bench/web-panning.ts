import type { Page } from 'playwright-core';
import { median, pause, percentile, rounded } from './numbers.ts';

const seconds = 4;
const stepsPerSecond = 60;
/** One value a minute: a chart asks for 2,000 at the most, those at its edges among them. */
const points = 1990;
const windowMs = 60_000;

/** Times between the frames that a window draws, from now on. */
const watchFrames = `(() => {
  const frames = { gapsMs: [], on: true };
  globalThis.joulegateFrames = frames;
  let last = performance.now();
  const next = now => {
    frames.gapsMs.push(now - last);
    last = now;
    if (frames.on) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})()`;

/** Drags a chart of about 2,000 points to and fro with the mouse, and tells how long its frames took. */
export async function panning(page: Page, url: string, nowMs: number): Promise<Record<string, number>> {
  const toMs = Math.floor(nowMs / windowMs) * windowMs - 10 * windowMs;
  const meter = 'demo-house.grid';
  await page.goto(
    `${url}/#/history?meter=${meter}&quantity=powerW&from=${toMs - points * windowMs}&to=${toMs}`,
  );
  const chart = page.locator('jg-series-chart');
  await chart.waitFor();
  await pause(2000);
  const box = await chart.boundingBox();
  if (box === null) throw new Error('the chart has no place on the page');
  const shown = await chart.evaluate(
    (element: unknown) => (element as { readings: { startMs: readonly number[] } }).readings.startMs.length,
  );
  const y = box.y + box.height / 3;
  const middle = box.x + box.width / 2;
  await page.keyboard.down('Shift');
  await page.mouse.move(middle, y);
  await page.mouse.down();
  await page.evaluate(watchFrames);
  for (let step = 0; step < seconds * stepsPerSecond; step++) {
    await page.mouse.move(middle + Math.sin(step / 20) * box.width * 0.3, y);
    await pause(1000 / stepsPerSecond);
  }
  const gapsMs = (await page.evaluate('(joulegateFrames.on = false, joulegateFrames.gapsMs)')) as number[];
  await page.mouse.up();
  await page.keyboard.up('Shift');
  return {
    pannedPoints: shown,
    panFrames: gapsMs.length,
    panFrameP50Ms: rounded(median(gapsMs)),
    panFrameP95Ms: rounded(percentile(gapsMs, 0.95)),
    panFrameMostMs: rounded(Math.max(...gapsMs)),
    panFramesOver50Ms: gapsMs.filter(gapMs => gapMs > 50).length,
  };
}

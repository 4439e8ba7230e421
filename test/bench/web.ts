import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { launchChromium } from '../e2e/chromium.ts';
import { type RunningDemo, startDemo } from '../e2e/demo.ts';
import { Visitor } from '../e2e/visitor.ts';
import { percentile } from './numbers.ts';
import { memory } from './web-memory.ts';
import { panning } from './web-panning.ts';

/** The demo's past comes in windows of a minute: as many as a chart of 2,000 needs, and some to move into. */
const demoHours = 40;
/** A page of a phone of some years ago is so much slower. */
const slowDown = 4;
const loads = 5;
const liveForMs = 30_000;
const settleMs = 3000;
/** By then the frame that shows a new element has been looked at. */
const frameMs = 500;

/**
 * Runs in the page from its first moment: notes when the first live number is shown, and for each newer value
 * how long ago it was measured when it came onto the screen. Components have shadow roots, so it walks through them.
 */
const watch = `(() => {
  const found = root => [...root.querySelectorAll('*')].flatMap(element =>
    (element.dataset?.atMs === undefined ? [] : [element]).concat(element.shadowRoot ? found(element.shadowRoot) : []));
  const seen = new Map();
  const notes = { firstMs: null, delaysMs: [], heardMs: [] };
  globalThis.joulegateNotes = notes;
  const Stream = globalThis.EventSource;
  globalThis.EventSource = class extends Stream {
    constructor(...of) {
      super(...of);
      this.addEventListener('live', ({ data }) => notes.heardMs.push(Date.now() - JSON.parse(data).atMs));
    }
  };
  const look = () => {
    for (const element of document.body === null ? [] : found(document.body)) {
      const atMs = Number(element.dataset.atMs);
      const before = seen.get(element);
      seen.set(element, atMs);
      if (notes.firstMs === null && /\\d/.test(element.textContent)) notes.firstMs = performance.now();
      if (before !== undefined && before !== atMs) notes.delaysMs.push(Date.now() - atMs);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

interface Notes {
  readonly firstMs: number | null;
  readonly delaysMs: readonly number[];
  /** How old values were when their event came, before anything was drawn. */
  readonly heardMs: readonly number[];
}

const notesOf = async (page: Page): Promise<Notes> => (await page.evaluate('joulegateNotes')) as Notes;

/** Bytes of all scripts that the page loads from sign-in to history, each compressed by itself. */
async function javascriptKb(page: Page, { url }: RunningDemo): Promise<number> {
  const paths = (await page.evaluate(
    `performance.getEntriesByType('resource').map(({ name }) => name).filter(name => /\\.js$/.test(name))`,
  )) as string[];
  let bytes = 0;
  for (const path of new Set(paths)) {
    const script = await fetch(new URL(path, url));
    bytes += gzipSync(Buffer.from(await script.arrayBuffer())).length;
  }
  return bytes / 1024;
}

async function interactiveMs(page: Page): Promise<number> {
  const times: number[] = [];
  for (let load = 0; load < loads; load++) {
    await page.reload();
    await page.locator('[data-at-ms]').first().waitFor();
    await page.waitForTimeout(frameMs);
    times.push((await notesOf(page)).firstMs ?? Number.NaN);
  }
  return percentile(times, 0.5);
}

/**
 * The page as a person meets it, from the real demo in a headless Chromium: how much script it loads, how long
 * from the address to the first values (median of 5) here and on a slower machine, how old a live value is when its
 * event comes and when it is shown (95 %), frames while a chart is panned, and memory of a live view. `--minutes N`:
 * how long that is looked at.
 */
export async function bench(args: readonly string[]): Promise<Record<string, number>> {
  const minutes = Number(args[args.indexOf('--minutes') + 1] ?? 1) || 1;
  const browser = await launchChromium();
  const demo = await startDemo(demoHours);
  try {
    const person = await Visitor.arrive(browser, { width: 1400, scheme: 'light' });
    const { page } = person;
    await page.addInitScript(watch);
    await person.signIn(demo);
    await page.waitForTimeout(settleMs);
    const kilobytes = await javascriptKb(page, demo);
    const interactive = await interactiveMs(page);
    await page.waitForTimeout(liveForMs);
    const { delaysMs, heardMs } = await notesOf(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
    const slowly = await interactiveMs(page);
    await person.leave();
    // Without `watch`, which walks through the page at each frame.
    const unwatched = await Visitor.arrive(browser, { width: 1400, scheme: 'light' });
    await unwatched.signIn(demo);
    await unwatched.page.waitForTimeout(settleMs);
    return {
      javascriptGzipKb: Number(kilobytes.toFixed(1)),
      interactiveMs: Math.round(interactive),
      interactiveSlowedMs: Math.round(slowly),
      heardP50Ms: Math.round(percentile(heardMs, 0.5)),
      heardP95Ms: Math.round(percentile(heardMs, 0.95)),
      liveP50Ms: Math.round(percentile(delaysMs, 0.5)),
      liveP95Ms: Math.round(percentile(delaysMs, 0.95)),
      liveValuesSeen: delaysMs.length,
      ...(await panning(unwatched.page, demo.url, Date.now())),
      ...(await memory(unwatched.page, demo.url, minutes)),
    };
  } finally {
    await browser.close();
    await demo.close();
  }
}

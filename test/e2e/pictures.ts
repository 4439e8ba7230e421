import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Where JOULEGATE_PICTURES names a folder, what the tests see is kept there, for somebody to look at; else no time is spent on it. */
const kept = process.env.JOULEGATE_PICTURES;

/** The whole page, in `folder`; nothing where there is none. */
export async function takePicture(page: Page, name: string, folder = kept): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  // In a window as high as the page, so that what sticks to its lower edge is there and not in the middle.
  const size = page.viewportSize();
  if (size === null) throw new Error('the page has no window');
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.setViewportSize(size);
}

/** What is in the window, as it is. */
export async function takeWindow(page: Page, name: string): Promise<void> {
  if (kept !== undefined) await page.screenshot({ path: join(kept, `${name}.png`) });
}

/** What axe-core finds serious or critical for people with disabilities, each with the elements it is about. */
export async function seriousViolations(page: Page): Promise<unknown> {
  // It stays while one goes from view to view.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  // What is right is looked at all the same, and not written down.
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.map(node => node.target.flat().join(' ')).join(', ')))`);
}

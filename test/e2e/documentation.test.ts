import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import type { OpenDemo } from './demo.ts';
import { takePicture } from './pictures.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, Visitor } from './visitor.ts';

/**
 * Where JOULEGATE_SCREENSHOTS names a folder the pictures of the documentation are written there. A whole day
 * (JOULEGATE_DEMO_HOURS=24) looks best, and TZ chooses the time of day.
 */
const published = process.env.JOULEGATE_SCREENSHOTS;

const { browser: started, skipped } =
  published === undefined ? { browser: undefined, skipped: '' } : await tryChromium();

describe.skipIf(started === undefined || published === undefined)(
  `the pictures of the documentation${skipped} (skipped where JOULEGATE_SCREENSHOTS names no folder)`,
  () => {
    const browser = started as Browser;
    let demo: OpenDemo;
    let visitor: Visitor | undefined;

    const arrive = async (look: Look): Promise<Visitor> => {
      visitor = await Visitor.arrive(browser, { ...look, isMoving: true });
      return visitor;
    };

    beforeAll(async () => {
      demo = await sharedDemo();
    });

    afterEach(async () => {
      await visitor?.leave();
      visitor = undefined;
    });

    afterAll(() => browser.close());

    /** All of a page, also what is only asked for when it comes into the window. */
    const take = async (page: Page, name: string): Promise<void> => {
      const size = page.viewportSize();
      if (size === null) throw new Error('the page has no window');
      await page.setViewportSize({ ...size, height: 8000 });
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
      await page.waitForTimeout(1500);
      await page.setViewportSize(size);
      await takePicture(page, name, published);
    };

    const views = {
      overview: ['', 'jg-sparkline svg'],
      history: ['history?meter=demo-house.grid&quantity=powerW&range=24h', 'jg-energy-chart canvas'],
      structure: ['structure', 'jg-structure rect.bar'],
      meter: ['meter/demo-house.house', 'jg-phasors svg'],
      ledger: ['ledger?range=7d', 'jg-ledger-strip button'],
    } as const;

    it('are taken', async () => {
      for (const look of [
        { width: 1400, scheme: 'light', suffix: '' },
        { width: 1400, scheme: 'dark', suffix: '-dark' },
        { width: 390, scheme: 'light', suffix: '-phone' },
      ] as const) {
        const person = await arrive(look);
        await person.signIn(demo);
        for (const [name, [address, sign]] of Object.entries(views)) {
          await person.page.goto(`${demo.url}/#/${address}`);
          await person.page.locator(sign).first().waitFor();
          await take(person.page, `${name}${look.suffix}`);
        }
        await person.leave();
      }
    });
  },
);

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
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

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined || published === undefined)(
  `the pictures of the documentation${skipped} (skipped where JOULEGATE_SCREENSHOTS names no folder)`,
  () => {
    const browser = started as Browser;
    let demo: OpenDemo;
    let visitor: Visitor | undefined;

    const arrive = async (look: Look): Promise<Visitor> => {
      visitor = await Visitor.arrive(browser, look);
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

    it('are taken', async () => {
      for (const look of [
        { width: 1400, scheme: 'light', suffix: '' },
        { width: 1400, scheme: 'dark', suffix: '-dark' },
        { width: 390, scheme: 'light', suffix: '-phone' },
      ] as const) {
        const person = await arrive(look);
        const { page } = person;
        await person.signIn(demo);
        await page.locator('jg-sparkline svg').last().waitFor();
        await page.locator('jg-meter-card .account').last().waitFor();
        await takePicture(page, `overview${look.suffix}`, published);
        await page.goto(`${demo.url}/#/history?meter=demo-house.grid&quantity=powerW&range=24h`);
        await page.locator('jg-energy-chart canvas').waitFor();
        await takePicture(page, `history${look.suffix}`, published);
        await page.goto(`${demo.url}/#/ledger?range=7d`);
        await page.locator('jg-ledger-strip button').first().waitFor();
        await takePicture(page, `ledger${look.suffix}`, published);
        await page.goto(`${demo.url}/#/structure`);
        await page.locator('jg-structure svg rect').first().waitFor();
        await takePicture(page, `structure${look.suffix}`, published);
        await page.goto(`${demo.url}/#/meter/demo-house.house`);
        await page.locator('jg-week-map table').waitFor();
        await takePicture(page, `meter${look.suffix}`, published);
        await person.leave();
      }
    });
  },
);

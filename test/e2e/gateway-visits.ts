import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type RunningDemo, startDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

/** Visits of somebody signed in to the pages of a demo's gateways: for the tests of one `describe`. */
export interface GatewayVisits {
  readonly demo: RunningDemo;
  readonly person: Visitor;
  /** A new window at `#/gateways` and this path. */
  arrive(look: Look, path: string): Promise<Page>;
  /** Nothing is wider than the window, nor wrong for people with disabilities; a picture is kept. */
  expectSound(name: string): Promise<void>;
}

/** Starts a demo before the tests, and ends it after them; no visit may leave a complaint of the browser. */
export function gatewayVisits(browser: Browser): GatewayVisits {
  let demo: RunningDemo | undefined;
  let person: Visitor | undefined;
  let session: Session;
  const there = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('nobody is there yet');
    return one;
  };

  beforeAll(async () => {
    demo = await startDemo(0);
    const first = await Visitor.arrive(browser, { width: 360, scheme: 'light' });
    await first.signIn(demo);
    // What lies below the fold of a narrow phone makes the page no wider.
    expect(await first.overhang()).toBeLessThanOrEqual(0);
    session = await first.session();
    await first.leave();
  });

  afterEach(async () => {
    expect(person?.complaints ?? []).toEqual([]);
    await person?.leave();
    person = undefined;
  });

  afterAll(async () => {
    await browser.close();
    await demo?.close();
  });

  return {
    get demo() {
      return there(demo);
    },
    get person() {
      return there(person);
    },
    async arrive(look, path) {
      await person?.leave();
      person = await Visitor.arrive(browser, look, session);
      await person.page.goto(`${there(demo).url}/#/gateways${path}`);
      return person.page;
    },
    async expectSound(name) {
      const { page } = there(person);
      expect(await there(person).overhang()).toBeLessThanOrEqual(0);
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.getByText(/NaN|undefined/).count()).toBe(0);
      await takePicture(page, name);
    },
  };
}

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EnergyTable, Meter } from '../../host/api/contract.ts';
import type { Balance } from '../../web/site/balance.ts';
import { tryChromium } from './chromium.ts';
import type { OpenDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

/** What the panel of today is given. */
interface TodayElement {
  readonly facts: { readonly day: { readonly usedWh: number | null } } | null;
}

const { browser: started, skipped } = await tryChromium();

/** Components have shadow roots, so it walks through them. */
const animationOfDots = `(() => {
  const found = root => [...root.querySelectorAll('*')].flatMap(element =>
    (element.matches('.dots') ? [element] : []).concat(element.shadowRoot ? found(element.shadowRoot) : []));
  return getComputedStyle(found(document.body)[0]).animationName;
})()`;

/**
 * How often cards are drawn in five seconds, of how many answers of the host the day is, and how often a card or the day is
 * although nothing of its own is another: nothing of its meter, no second, nothing that the host was asked for.
 */
const countDrawings = `(async () => {
  const drawn = { cards: 0, cardsForNothing: 0, daysForNothing: 0, answersOfDay: 0 };
  const answers = new Set();
  const count = (tag, partsOf, note) => {
    const { prototype } = customElements.get(tag);
    const { render } = prototype;
    const before = new WeakMap();
    prototype.render = function () {
      const parts = partsOf(this);
      note(before.get(this)?.every((part, index) => part === parts[index]) ?? false);
      before.set(this, parts);
      return render.call(this);
    };
  };
  count(
    'jg-meter-card',
    ({ meter, nowMs, gateway, account }) => [JSON.stringify(meter), Math.floor(nowMs / 1000), gateway, account],
    isForNothing => {
      drawn.cards++;
      if (isForNothing) drawn.cardsForNothing++;
    },
  );
  count(
    'jg-day-bars',
    day => {
      const { facts } = day.getRootNode().host;
      drawn.answersOfDay = answers.add(facts).size;
      return [facts, day.widthPx];
    },
    isForNothing => {
      if (isForNothing) drawn.daysForNothing++;
    },
  );
  await new Promise(done => setTimeout(done, 5000));
  return drawn;
})()`;

const looks = [
  { width: 1280, scheme: 'light', locale: 'en-GB', title: 'Today', find: 'Find a meter' },
  { width: 390, scheme: 'dark', locale: 'de-DE', title: 'Heute', find: 'Zähler suchen' },
  { width: 1024, scheme: 'dark', locale: 'pt-PT', title: 'Hoje', find: 'Procurar contador' },
] as const satisfies readonly (Look & { locale: string; title: string; find: string })[];

describe.skipIf(started === undefined)(`the overview in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: OpenDemo;
  let session: Session;
  let person: Visitor;

  beforeAll(async () => {
    demo = await sharedDemo();
    const first = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    await first.signIn(demo);
    session = await first.session();
    await first.leave();
  });

  afterEach(async () => {
    expect(person.complaints).toEqual([]);
    await person.leave();
  });

  afterAll(async () => {
    await browser.close();
  });

  const arrive = async (look: Look, language?: string) => {
    person = await Visitor.arrive(browser, look, session);
    const { page } = person;
    if (language !== undefined) {
      await page.addInitScript(`localStorage.setItem('joulegate.language', '${language}')`);
    }
    await page.goto(demo.url);
    return page;
  };

  it.each(looks)('shows what flows and the energy of the day at $width px, $scheme, $locale', async look => {
    const page = await arrive(look, look.locale.slice(0, 2));
    await page.getByRole('heading', { name: look.title, exact: true }).waitFor();
    const picture = page.locator('jg-flow svg.picture');
    // Sun, grid and battery; the house; two loads at least, and what is not metered.
    await expect.poll(() => picture.locator('circle.node').count()).toBeGreaterThanOrEqual(6);
    expect(await picture.getAttribute('aria-label')).toMatch(/\d\s?k?W/);
    await page.locator('jg-day-bars svg').waitFor();
    await page.locator('jg-sparkline svg').last().waitFor();
    expect(await page.getByText(/NaN|undefined/).count()).toBe(0);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    if (look.width !== 1024) expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `flow-${look.width}-${look.scheme}`);
  });

  it('what the house uses is what the grid, PV and the battery give, to the watt', async () => {
    const page = await arrive({ width: 1280, scheme: 'light' });
    const balanceNow = () =>
      page
        .locator('jg-flow')
        .evaluate((element: unknown) => (element as { readonly balance: Balance }).balance);
    // Each meter has told a value that is new enough to be called that.
    let balance = await balanceNow();
    const usedNow = async () => {
      balance = await balanceNow();
      return balance.usedW;
    };
    await expect.poll(usedNow).not.toBeNull();
    const { usedW, gridW, solarW, batteryW } = balance;
    expect(usedW).toBeCloseTo((gridW ?? Number.NaN) + (solarW ?? Number.NaN) - (batteryW ?? Number.NaN), 6);
    expect(usedW).toBeGreaterThan(50);
    const get = async <T>(path: string) =>
      (await page.evaluate(`fetch('/api/v1/${path}').then(answer => answer.json())`)) as T;
    const meters = await get<Meter[]>('meters');
    expect(meters.map(({ id }) => id)).toEqual(expect.arrayContaining(['pv', 'storage']));
    /** By how much the page is beside the host: a window more may have come since it asked, or another day begun. */
    const beside = async (): Promise<number> => {
      const used = await page
        .locator('jg-today')
        .evaluate((element: unknown) => (element as TodayElement).facts?.day.usedWh);
      const nowMs = Date.now();
      const table = await get<EnergyTable>(`energy?from=${nowMs}&to=${nowMs + 1}&period=day`);
      const net = (id: string) => {
        const found = table.meters.find(({ meter }) => meter === `demo-house.${id}`);
        return (found?.importWh[0] ?? 0) - (found?.exportWh[0] ?? 0);
      };
      // Before it has asked, and where a day has just begun, it has none.
      return typeof used === 'number'
        ? Math.abs(used - (net('grid') - net('pv') - net('storage')))
        : Number.POSITIVE_INFINITY;
    };
    // It asks anew each minute.
    await expect.poll(beside).toBeLessThan(200);
  });

  it('a live value draws the cards of its own meter, and not the day', async () => {
    const page = await arrive({ width: 1280, scheme: 'light' });
    await page.locator('jg-day-bars svg').waitFor();
    await page.locator('jg-sparkline svg').last().waitFor();
    const drawn = (await page.evaluate(countDrawings)) as { cards: number; answersOfDay: number };
    expect(drawn).toMatchObject({ cardsForNothing: 0, daysForNothing: 0 });
    // That of its minute, and the next one.
    expect(drawn.answersOfDay).toBeLessThanOrEqual(2);
    expect(drawn.cards).toBeGreaterThan(0);
  });

  it('a card leads to its meter, and its last hour to the history', async () => {
    const page = await arrive({ width: 1280, scheme: 'light' });
    await page.getByRole('link', { name: 'History of PV on the roof' }).click();
    await expect.poll(() => page.url()).toContain('#/history');
    await page.goBack();
    await page.locator('jg-meter-card').getByRole('link', { name: 'PV on the roof', exact: true }).click();
    await expect.poll(() => page.url()).toContain('#/meter/demo-house.pv');
  });

  it('stands still for whom motion is too much', async () => {
    const page = await arrive({ width: 1280, scheme: 'light', isMoving: true });
    const dots = page.locator('jg-flow .dots').first();
    await dots.waitFor();
    expect(await page.evaluate(animationOfDots)).toBe('run');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.evaluate(animationOfDots)).toBe('none');
    await expect.poll(() => page.locator('jg-flow .arrow').count()).toBeGreaterThan(0);
  });

  it('150 meters are a list by gateway in which some are found, and the address keeps what for', async () => {
    const page = await arrive({ width: 390, scheme: 'light' });
    const answer = await page.request.get(`${demo.url}/api/v1/meters`);
    const meters = (await answer.json()) as Meter[];
    const load = meters.find(({ id }) => id === 'kitchen');
    if (load === undefined) throw new Error('the demo has no kitchen');
    const many = Array.from({ length: 150 }, (_, index) => ({
      ...load,
      key: `plant-${index % 3}.m${index}`,
      gateway: `plant-${index % 3}`,
      id: `m${index}`,
      name: `Machine ${index}`,
      ...(index % 50 === 7 && { state: 'failing', reason: 'timeout' }),
    }));
    // All measured a moment ago, whenever they are asked for, and those of the demo are well on a busy machine, too.
    const all = () => {
      const latest = { atMs: Date.now(), values: { powerW: 100 } };
      return [...meters.map(meter => ({ ...meter, state: 'well' })), ...many].map(each => ({
        ...each,
        latest,
      }));
    };
    await page.route('**/api/v1/meters', route => route.fulfill({ json: all() }));
    await page.reload();
    const list = page.locator('jg-meter-list');
    await list.locator('li').nth(150).waitFor();
    await expect.poll(() => list.locator('details').count()).toBe(4);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'list-390-light');
    await page.getByLabel('Find a meter').fill('machine 12');
    await expect.poll(() => list.locator('li').count()).toBe(12);
    await page.waitForURL(/find=machine\+12/);
    await page.getByLabel('Find a meter').fill('');
    await page.getByLabel('Only those that need a look').check();
    await expect.poll(() => list.locator('li').count()).toBe(3);
    await page.reload();
    await expect.poll(() => list.locator('li').count()).toBe(3);
    await page.getByText('3 of 158 meters need a look').waitFor();
  });
});

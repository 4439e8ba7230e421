import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { type RunningDemo, startDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

const desktop: Look = { width: 1280, scheme: 'light' };
const looks: readonly (Look & { language: string; title: string })[] = [
  { width: 1280, scheme: 'dark', language: 'de', title: 'Wohin die Energie ging' },
  { width: 390, scheme: 'light', language: 'pt', title: 'Para onde foi a energia' },
];

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`the structure in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: RunningDemo;
  let session: Session | undefined;
  const visitors: Visitor[] = [];

  const visit = async (look: Look = desktop, language = 'en'): Promise<Visitor> => {
    const visitor = await Visitor.arrive(browser, look, session);
    visitors.push(visitor);
    const { page } = visitor;
    await page.addInitScript(`localStorage.setItem('joulegate.language', '${language}')`);
    if (session === undefined) {
      await visitor.signIn(demo);
      session = await visitor.session();
    }
    // A month has the demo's hour in it even where it began yesterday.
    await page.goto(`${demo.url}/#/structure?period=month`);
    await page.locator('jg-flow-picture svg').waitFor();
    return visitor;
  };

  // One of its own: the site is changed here.
  beforeAll(async () => {
    demo = await startDemo(1);
  });

  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
  });

  afterAll(async () => {
    await browser.close();
    await demo?.close();
  });

  it('puts a meter below another, named and undone, and everyone sees it', async () => {
    const [ada, bert] = [await visit(), await visit()];
    const { page } = ada;
    await page.getByText('Nobody has said yet').waitFor();
    await page.locator('section[aria-labelledby=tree]').getByRole('button', { name: 'Change' }).click();
    const kitchen = page.getByRole('group', { name: 'Kitchen' });
    await kitchen.getByLabel('Stands below').selectOption({ label: 'Car charger (L1)' });
    await page
      .getByText('Rest of Car charger (L1)')
      .or(page.getByText('Meters below Car charger'))
      .filter({ visible: true })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Nobody has said yet').waitFor();
    await kitchen.getByLabel('Stands below').selectOption({ label: 'Car charger (L1)' });
    await kitchen.getByLabel('Name').fill('Küche <b>');
    await kitchen.getByLabel('Name').blur();
    await page.getByText('2 changes not saved').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'structure-change');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await bert.page.locator('jg-tree').getByRole('link', { name: 'Küche <b>', exact: true }).waitFor();
    expect([...ada.complaints, ...bert.complaints]).toEqual([]);
  });

  it('shows both where two change the same at once, and keeps what one decides', async () => {
    const [ada, bert] = [await visit(), await visit()];
    const nameOf = async ({ page }: Visitor, name: string) => {
      await page.locator('section[aria-labelledby=tree]').getByRole('button', { name: 'Change' }).click();
      await page.getByLabel('Name of the site').fill(name);
      await page.getByLabel('Name of the site').blur();
    };
    await nameOf(ada, 'Home of Ada');
    await nameOf(bert, 'Home of Bert');
    await ada.page.getByRole('button', { name: 'Save' }).click();
    await ada.page.getByText('Saved.').waitFor();
    const conflict = bert.page.locator('jg-conflict');
    await conflict.getByText('Home of Ada').waitFor();
    await conflict.getByText('Home of Bert').waitFor();
    expect(await seriousViolations(bert.page)).toEqual([]);
    await takePicture(bert.page, 'structure-conflict');
    await conflict.getByRole('button', { name: 'Keep mine' }).click();
    await bert.page.getByRole('button', { name: 'Save' }).click();
    await bert.page.getByText('Saved.').waitFor();
    await expect.poll(() => ada.page.title()).toContain('Home of Bert');
    expect([...ada.complaints, ...bert.complaints]).toEqual([]);
  });

  it('keeps what is changed while it saves what was changed before', async () => {
    const person = await visit();
    const { page } = person;
    let answer: () => void = () => {};
    const isAnswered = new Promise<void>(resolve => {
      answer = resolve;
    });
    await page.route('**/api/v1/sites/home', async route => {
      await isAnswered;
      await route.continue();
    });
    await page.locator('section[aria-labelledby=tree]').getByRole('button', { name: 'Change' }).click();
    const name = page.getByLabel('Name of the site');
    await name.fill('Home');
    await name.blur();
    await page.getByRole('button', { name: 'Save' }).click();
    await name.fill('Home of both');
    await name.blur();
    answer();
    await page.getByRole('button', { name: 'Save', disabled: false }).click();
    await page.getByText('Saved.').waitFor();
    await expect.poll(() => page.title()).toContain('Home of both');
    expect(person.complaints).toEqual([]);
  });

  it('takes a tariff, marks what is not right, and says what the day cost', async () => {
    const person = await visit();
    const { page } = person;
    /** By keys alone: what has the focus is left by none of its steps. */
    const hasFocus = (selector: string) => page.locator(`${selector}:focus`).waitFor();
    await page
      .locator('section[aria-labelledby=tariff]')
      .getByRole('button', { name: 'Change' })
      .press('Enter');
    await hasFocus('#tariff');
    await page.getByRole('button', { name: 'Say what energy costs' }).press('Enter');
    await hasFocus('#currency');
    await page.getByText('A number is needed.').waitFor();
    await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
    await page.getByLabel('Taken, per kWh').fill('0,32');
    await page.getByLabel('Per day').fill('0.41');
    await page.getByLabel('Per day').blur();
    await page.getByRole('button', { name: 'Save', disabled: false }).press('Enter');
    await page.getByText('Saved.').waitFor();
    await hasFocus('#tariff');
    await page.locator('jg-costs').getByText('Cost', { exact: true }).waitFor();
    await page
      .locator('jg-costs .total')
      .filter({ hasText: /^€\d+\.\d\d$/ })
      .waitFor();
    expect(person.complaints).toEqual([]);
  });

  it('steps through the calendar by buttons and keys, keeps the period in the address, and leads to a meter', async () => {
    const person = await visit();
    const { page } = person;
    await page.keyboard.press('2');
    await expect.poll(() => page.url()).toContain('period=day');
    await page.getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(() => page.url()).toContain('at=');
    await page
      .getByText('Nothing was measured in this time.')
      .or(page.locator('jg-flow-picture'))
      .first()
      .waitFor();
    await page.goBack();
    await expect.poll(() => page.url()).not.toContain('at=');
    await page.getByRole('button', { name: 'Month' }).click();
    await expect.poll(() => page.url()).toContain('period=month');
    await page.getByText('As a table').click();
    await expect.poll(() => page.locator('jg-flow-table tbody tr').count()).toBeGreaterThan(4);
    // Something that uses energy at night, too.
    await page.locator('jg-flow-picture a', { hasText: 'Küche' }).first().click();
    await expect.poll(() => page.url()).toContain('/meter/demo-house.kitchen');
    expect(person.complaints).toEqual([]);
  });

  it.each(looks)('is sound at $width px, $scheme, $language', async ({ language, title, ...look }) => {
    const person = await visit(look, language);
    const { page } = person;
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await page.getByText(/NaN|undefined/).count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `structure-${look.width}-${look.scheme}-${language}`);
    expect(person.complaints).toEqual([]);
  });
});

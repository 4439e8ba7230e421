import type { Browser, BrowserContext, Page } from 'playwright-core';
import { visitorPatienceMs } from '../patience.ts';
import type { OpenDemo } from './demo.ts';

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  /** The first of the browser's languages; else English of Britain. */
  readonly locale?: string;
  /** Whether the page may keep itself on the device, which else goes on beside the test. */
  readonly isKept?: boolean;
  /** Whether the page may move: it draws itself anew all the time then, and the overview takes twice the work. */
  readonly isMoving?: boolean;
}

/** What stands in the console where a test does not let the page keep itself. */
const notKept = 'Service Worker registration blocked by Playwright';

/** What a browser keeps of somebody who is signed in. */
export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Somebody with a browser window of their own, who notes everything that goes wrong in it. */
export class Visitor {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('console', message => {
      const isBad = message.type() === 'error' || message.type() === 'warning';
      if (isBad && message.text() !== notKept) this.complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => this.complaints.push(`error: ${error.message}`));
    page.on('response', response => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} for ${response.url()}`);
    });
    page.on('requestfailed', request => {
      const why = request.failure()?.errorText ?? '';
      // What the page itself gives up: an older range, the event stream of a page that is left.
      if (why !== 'net::ERR_ABORTED') this.complaints.push(`${why} for ${request.url()}`);
    });
    page.on('request', request => {
      if (!request.url().startsWith(new URL(page.url()).origin) && page.url() !== 'about:blank') {
        this.complaints.push(`request to elsewhere: ${request.url()}`);
      }
    });
  }

  /** With the `session` of an earlier visit somebody need not sign in again. */
  static async arrive(
    browser: Browser,
    { width, scheme, locale = 'en-GB', isKept = false, isMoving = false }: Look,
    session?: Session,
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width, height: width < 600 ? 844 : 900 },
      colorScheme: scheme,
      reducedMotion: isMoving ? 'no-preference' : 'reduce',
      locale,
      serviceWorkers: isKept ? 'allow' : 'block',
      ...(session && { storageState: session }),
    });
    context.setDefaultTimeout(visitorPatienceMs);
    return new Visitor(context, await context.newPage());
  }

  async signIn({ url, user, password }: OpenDemo): Promise<void> {
    await this.page.goto(url);
    await this.page.getByLabel('User').fill(user);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { name: 'Meters' }).waitFor();
  }

  /** How many CSS pixels the page is wider than its window. */
  async overhang(): Promise<number> {
    return Number(await this.page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  }

  session(): Promise<Session> {
    return this.#context.storageState();
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

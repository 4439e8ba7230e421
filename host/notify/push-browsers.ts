import { createECDH, createHash, ECDH, randomUUID } from 'node:crypto';
import type { Tables } from '../auth/tables.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { SealedTable } from '../set-up/sealed-table.ts';
import { type Mistake, SettingsMistakes } from '../set-up/settings-mistakes.ts';
import { notifyLimits } from './limits.ts';
import { isOfInternet, type Reach } from './reach.ts';

/** What a browser gave when it was signed up (W3C Push API, `PushSubscription.toJSON`). */
export interface Subscription {
  /** Address at its maker's push service; whoever knows it and the keys could write to it. */
  readonly endpoint: string;
  /** Public key of the browser, base64url of 65 bytes. */
  readonly p256dh: string;
  /** 16 random bytes, base64url. */
  readonly auth: string;
}

/** A browser that is told of what a channel is told. */
export interface PushBrowser {
  readonly id: string;
  readonly channel: string;
  /** Whose it is. */
  readonly user: string;
  /** What a person knows it by. */
  readonly label: string;
  readonly createdMs: number;
  /** Hash of its address: the browser knows itself by it, and nobody else can make anything of it. */
  readonly mark: string;
}

/** Keys by which push services know this host again (RFC 8292), base64url. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The browsers of one channel, for who sends. */
export interface PushReceivers {
  /** @throws Error of the store, where they are still to be made */
  keys(): Promise<VapidKeys>;
  readonly reach: Reach;
  list(): readonly (PushBrowser & Subscription)[];
  /** Its push service does not know it any more. @throws Error of the store */
  remove(id: string): Promise<void>;
  /** Whether a browser has a message already that is tried again for others. */
  has(id: string, message: string): boolean;
  note(id: string, message: string): void;
  /** Since when a browser was not reached, by a try that has just failed. */
  notReached(id: string, atMs: number): number;
}

/** What is kept beside the sealed subscription; `name` of the row is the account, so that an erasure finds it. */
interface Manner {
  readonly channel: string;
  readonly label: string;
}

export interface PushBrowsersOptions {
  readonly tables: Tables;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly nowMs: () => number;
  /** Whom browsers may name as their push service. Anybody may sign one up, so it is the internet but for tests. */
  readonly reach?: Reach | undefined;
}

const keysId = 'vapid';

/** Browsers that were signed up, and the keys of this host: both in one sealed table. */
export class PushBrowsers {
  readonly #options: PushBrowsersOptions;
  readonly #table: SealedTable<Manner>;
  readonly #browsers = new Map<string, PushBrowser & Subscription & { readonly site: string | null }>();
  /** Of each channel the message that is on its way, and who has it. */
  readonly #had = new Map<string, { readonly message: string; readonly browsers: Set<string> }>();
  /** Those that were not reached, and since when. */
  readonly #awaySince = new Map<string, number>();
  #keys: Promise<VapidKeys> | undefined;
  #publicKey: string | null = null;

  private constructor(options: PushBrowsersOptions, table: SealedTable<Manner>) {
    this.#options = options;
    this.#table = table;
  }

  /** @throws Error of the store */
  static async open(options: PushBrowsersOptions): Promise<PushBrowsers> {
    const table = await SealedTable.open<Manner>('push', options.tables, options.secrets);
    const browsers = new PushBrowsers(options, table);
    for (const { id, kind, name: user, site, channel, label, createdMs, settings } of await table.all()) {
      if (kind === keysId && isKeys(settings)) browsers.#take(settings);
      // What was sealed with other secrets went with the keys that it was signed up for.
      else if (kind === 'browser' && isSubscription(settings))
        browsers.#put({ id, channel, user, label, createdMs, site, ...settings });
      else await table.remove(id);
    }
    // Push services refuse for them what other keys sign.
    if (browsers.#keys === undefined) await browsers.keepOnly(() => false);
    return browsers;
  }

  /** Made once, with the first channel for browsers, and kept. @throws Error of the store */
  keys(): Promise<VapidKeys> {
    this.#keys ??= this.#makeKeys().catch(error => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  /** Null: there is no channel for browsers yet. */
  get publicKey(): string | null {
    return this.#publicKey;
  }

  list(): readonly PushBrowser[] {
    // The same order after a restart.
    return [...this.#browsers.values()]
      .sort((one, other) => one.createdMs - other.createdMs || (one.id < other.id ? -1 : 1))
      .map(shown);
  }

  /**
   * Signs a browser up; one that the channel knows already is known by its new name. `site`: of the channel.
   * @throws SettingsMistakes, Error of the store
   */
  async add(
    wanted: Omit<PushBrowser, 'id' | 'createdMs' | 'mark'> & Subscription & { readonly site: string | null },
  ): Promise<PushBrowser> {
    const mistakes = [...mistakesOf(wanted, this.#reach)];
    const mark = markOf(wanted.endpoint);
    const before = this.list().find(each => each.mark === mark && each.channel === wanted.channel);
    const own = this.list().filter(({ user, id }) => user === wanted.user && id !== before?.id);
    if (own.length >= notifyLimits.browsersOfPerson)
      mistakes.push({
        field: 'endpoint',
        message: `is one more than the ${notifyLimits.browsersOfPerson} that a person may sign up; end one before`,
      });
    if (before === undefined && this.#browsers.size >= notifyLimits.browsers)
      mistakes.push({
        field: 'endpoint',
        message: `is one more than the ${notifyLimits.browsers} that this host takes; end one before`,
      });
    if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
    const { channel, user, label, site, endpoint, p256dh, auth } = wanted;
    const browser = {
      id: before?.id ?? randomUUID(),
      channel,
      user,
      label,
      site,
      createdMs: this.#options.nowMs(),
      endpoint,
      p256dh,
      auth,
    };
    await this.#table.save({
      id: browser.id,
      kind: 'browser',
      name: user,
      site,
      isOn: true,
      channel,
      label,
      settings: { endpoint, p256dh, auth },
      createdMs: browser.createdMs,
    });
    return shown(this.#put(browser));
  }

  /** Harmless where there is none. @throws Error of the store */
  async remove(id: string): Promise<void> {
    this.#browsers.delete(id);
    this.#awaySince.delete(id);
    await this.#table.remove(id);
  }

  /** Removes those that may not be told any more. @throws Error of the store */
  async keepOnly(may: (browser: PushBrowser & { readonly site: string | null }) => boolean): Promise<void> {
    for (const browser of [...this.#browsers.values()]) if (!may(browser)) await this.remove(browser.id);
  }

  /** Those of one channel. */
  of(channel: string): PushReceivers {
    return {
      keys: () => this.keys(),
      reach: this.#reach,
      list: () => [...this.#browsers.values()].filter(each => each.channel === channel),
      remove: id => this.remove(id),
      has: (id, message) => {
        const had = this.#had.get(channel);
        return had?.message === message && had.browsers.has(id);
      },
      note: (id, message) => {
        this.#awaySince.delete(id);
        const had = this.#had.get(channel);
        if (had?.message === message) had.browsers.add(id);
        else this.#had.set(channel, { message, browsers: new Set([id]) });
      },
      notReached: (id, atMs) => {
        const sinceMs = Math.min(this.#awaySince.get(id) ?? atMs, atMs);
        this.#awaySince.set(id, sinceMs);
        return sinceMs;
      },
    };
  }

  #take(keys: VapidKeys): void {
    this.#keys = Promise.resolve(keys);
    this.#publicKey = keys.publicKey;
  }

  async #makeKeys(): Promise<VapidKeys> {
    const keys = newKeys();
    const row = { id: keysId, kind: keysId, name: '', site: null, isOn: true, channel: '', label: '' };
    await this.#table.save({ ...row, settings: keys, createdMs: this.#options.nowMs() });
    this.#publicKey = keys.publicKey;
    return keys;
  }

  get #reach(): Reach {
    return this.#options.reach ?? 'internet';
  }

  #put<B extends Omit<PushBrowser, 'mark'> & Subscription & { readonly site: string | null }>(browser: B) {
    const kept = { ...browser, mark: markOf(browser.endpoint) };
    this.#browsers.set(browser.id, kept);
    return kept;
  }
}

const shown = ({ id, channel, user, label, createdMs, mark }: PushBrowser): PushBrowser => ({
  id,
  channel,
  user,
  label,
  createdMs,
  mark,
});

const markOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('hex').slice(0, 32);

const curve = 'prime256v1';

/** A key pair of P-256, the private one always 32 bytes. */
function newKeys(): VapidKeys {
  const pair = createECDH(curve);
  const publicKey = pair.generateKeys().toString('base64url');
  const secret = pair.getPrivateKey();
  const privateKey = Buffer.concat([Buffer.alloc(32 - secret.length), secret]).toString('base64url');
  return { publicKey, privateKey };
}

/** What is wrong with what a browser gave (RFC 8291, section 2.1 and 3.1). */
function mistakesOf({ endpoint, p256dh, auth }: Subscription, reach: Reach): readonly Mistake[] {
  const wrong: Mistake[] = [];
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isNear = url !== undefined && /^[\d.:[\]a-f]+$/i.test(url.hostname) && !isOfInternet(bare(url));
  if (url === undefined || (url.protocol !== 'https:' && reach === 'internet'))
    wrong.push({ field: 'endpoint', message: 'is no address; https://… of a push service is allowed' });
  else if (url.username !== '' || url.password !== '')
    wrong.push({ field: 'endpoint', message: 'holds a user or a password; a push service asks for none' });
  else if (reach === 'internet' && isNear)
    wrong.push({
      field: 'endpoint',
      message: "is in the host's own network; push services are on the internet",
    });
  if (!isPoint(p256dh))
    wrong.push({
      field: 'p256dh',
      message: 'is no key; a point of P-256 as base64url of 65 bytes is allowed',
    });
  if (Buffer.from(auth, 'base64url').length !== 16)
    wrong.push({ field: 'auth', message: 'is no secret; base64url of 16 bytes is allowed' });
  return wrong;
}

const bare = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

function isPoint(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 65) return false;
  try {
    // Refuses what does not lie on the curve.
    ECDH.convertKey(bytes, curve);
    return true;
  } catch {
    return false;
  }
}

const isTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every(name => typeof Reflect.get(value, name) === 'string');
const isKeys = (value: unknown): value is VapidKeys => isTexts(value, ['publicKey', 'privateKey']);
const isSubscription = (value: unknown): value is Subscription =>
  isTexts(value, ['endpoint', 'p256dh', 'auth']);

import type { RandomPort, TimePort } from '#ports';
import type { PostingOwner } from '../broker/postings.ts';
import type { Events, HostEvent } from '../events.ts';
import { type Fault, fault } from '../faults/fault.ts';
import { freshValues } from '../fresh-values.ts';
import type { Live } from '../live.ts';
import { faultText } from '../logging/fault-text.ts';
import type { Log } from '../logging/host-log.ts';
import type { Store } from '../store/store.ts';
import { discoveryOf, type Teller, withRemoved } from './discovery.ts';
import { homeAssistantLimits } from './limits.ts';
import { othersTurn } from './others-turn.ts';
import type { OpenOutlet, Outlet } from './outlet.ts';
import { Roster, type RosterMeter, type RosterOptions } from './roster.ts';
import type { Wishes } from './settings.ts';
import { availabilityTopic, birthTopic, configTopic, hostTopic, meterOfTopic, stateTopic } from './topics.ts';

export interface BridgeOptions extends RosterOptions {
  readonly setUp: string;
  readonly wishes: Wishes;
  readonly openOutlet: OpenOutlet;
  readonly store: Pick<Store, 'seriesOfMeter' | 'metersOf' | 'newest' | 'newestWindowS'>;
  readonly events: Pick<Events, 'on'>;
  readonly live: Pick<Live, 'watch'>;
  readonly version: string;
  readonly pageUrl: string | undefined;
  readonly time: Pick<TimePort, 'after'>;
  readonly random: Pick<RandomPort, 'unit'>;
  readonly log: Log;
}

/** A meter as the broker knows it. */
interface Known {
  readonly told: RosterMeter;
  readonly config: string;
  isAvailable: boolean | undefined;
  /** When its values were said last, and whether there are others since. */
  saidMs: number;
  isDue: boolean;
  /** When it is to be looked at; not before Home Assistant has subscribed. */
  lookMs: number;
}

/**
 * Tells Home Assistant of meters, of what they show and of whether they show anything. Values are no more often told than is
 * wished, and never kept by the broker: who comes later hears the next ones. What is old is told as null, and a meter that is
 * silent as unavailable.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #teller: Teller;
  readonly #outlet: Outlet;
  readonly #roster: Roster;
  readonly #known = new Map<string, Known>();
  readonly #stops: (() => void)[] = [];
  /** Gateways that said something since the last look, or came or went. */
  #touched = new Set<string>();
  /** Topics of what a run before left, to be taken back; what goes beyond the bound is at the next connection. */
  readonly #left = new Set<string>();
  #isUp = false;
  #isTelling = false;
  #isClosing = false;
  #bornMs = Number.NEGATIVE_INFINITY;
  #published = 0;
  #work: Promise<void> = Promise.resolve();
  #cancelBirth = () => {};

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#roster = new Roster(options);
    const { setUp, wishes, version, pageUrl, events, live, openOutlet } = options;
    const { prefix, base, everyMs } = wishes;
    this.#teller = { setUp, prefix, base, version, pageUrl, everyMs };
    this.#stops.push(events.on(event => this.#heard(event)));
    if (everyMs < 10_000) this.#stops.push(live.watch());
    this.#outlet = openOutlet(wishes.broker, wishes, setUp, {
      onUp: () => this.#up(),
      onMessage: (topic, payload) => this.#said(topic, payload),
    });
  }

  get fault(): Fault | undefined {
    const { leftOut } = this.#roster;
    if (this.#outlet.fault !== undefined || leftOut === 0) return this.#outlet.fault;
    return fault('homeAssistant.leftOut', { count: leftOut, most: homeAssistantLimits.meters });
  }

  get counts(): { readonly meters: number; readonly leftOut: number; readonly published: number } {
    return { meters: this.#known.size, leftOut: this.#roster.leftOut, published: this.#published };
  }

  /** Looks what is to be told; to be called each second. Resolves when it was. */
  tick(): Promise<void> {
    // A broker that is slow to answer is asked no more than it answers.
    if (this.#isTelling) return this.#work;
    this.#isTelling = true;
    return this.#then(async () => {
      try {
        await this.#tell();
      } finally {
        this.#isTelling = false;
      }
    });
  }

  /** `isForGood`: Home Assistant forgets its meters, too. No longer than two messages to a broker that does not answer. */
  async close(isForGood: boolean): Promise<void> {
    this.#isClosing = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancelBirth();
    await this.#work;
    const { site, setUp, log } = this.#options;
    const isForgotten = isForGood && this.#isUp && (await this.#forgetAll());
    if (this.#isUp)
      await this.#say({ site }, hostTopic(this.#teller, setUp), isForGood ? '' : 'offline', true);
    if (isForGood && !isForgotten)
      log(
        'warn',
        `Home Assistant ${setUp}: its broker was not reached, and keeps the devices it was told of`,
      );
    this.#isUp = false;
    await this.#outlet.close();
  }

  /** One thing after the other; what fails is told in the log, and looked at again at the next tick. */
  #then(work: () => Promise<void>): Promise<void> {
    const { log, setUp } = this.#options;
    this.#work = this.#work.then(work).catch((error: unknown) => {
      log('error', `Home Assistant ${setUp} is not told: ${faultText(error)}`, 'fault home assistant');
    });
    return this.#work;
  }

  #heard(event: HostEvent): void {
    if (event.type === 'gateway') {
      this.#roster.touch(event.gateway);
      this.#touched.add(event.gateway);
    }
    if (event.type === 'site') this.#roster.touchAll();
    if (event.type === 'committed') for (const meter of event.meters) this.#due(event.gateway, meter);
    if (event.type === 'live') for (const meter of Object.keys(event.meters)) this.#due(event.gateway, meter);
  }

  #due(gateway: string, meter: string): void {
    const known = this.#known.get(`${gateway}.${meter}`);
    if (known !== undefined) known.isDue = true;
  }

  /** A connection stands: nobody knows what the one before has left. */
  #up(): void {
    this.#isUp = true;
    this.#known.clear();
    this.#roster.touchAll();
    void this.#say(
      { site: this.#options.site },
      hostTopic(this.#teller, this.#options.setUp),
      'online',
      true,
    );
  }

  #said(topic: string, payload: Uint8Array): void {
    if (topic === birthTopic(this.#teller)) {
      if (Buffer.from(payload).toString() !== 'online') return;
      this.#cancelBirth();
      const { time, random, nowMs } = this.#options;
      const { birthMostMs, birthEveryMs } = homeAssistantLimits;
      const restMs = Math.min(this.#bornMs + birthEveryMs - nowMs(), birthEveryMs);
      const waitMs = Math.max(random.unit() * birthMostMs, restMs);
      this.#cancelBirth = time.after(waitMs, () => {
        this.#bornMs = nowMs();
        this.#up();
      });
      return;
    }
    const meter = meterOfTopic(this.#teller, topic);
    // Of a run before this one, and gone since: a broker keeps it for ever.
    if (meter === undefined || payload.length === 0 || !isOurs(payload)) return;
    if (this.#roster.has(meter.gateway, meter.meter)) return;
    if (this.#left.has(topic) || this.#left.size >= homeAssistantLimits.meters) return;
    this.#left.add(topic);
    void this.#then(async () => {
      this.#left.delete(topic);
      if (this.#isClosing) return;
      await this.#forget(this.#options.site, meter.gateway, meter.meter);
    });
  }

  async #tell(): Promise<void> {
    if (!this.#isUp) return;
    await this.#compare();
    const { wishes, nowMs } = this.#options;
    const touched = this.#touched;
    this.#touched = new Set();
    let looked = 0;
    for (const known of this.#known.values()) {
      const saidAgoMs = nowMs() - known.saidMs;
      const waitMs = known.lookMs - nowMs();
      // The machine's clock may have been set back: nothing waits for what it showed before.
      const isRest = waitMs > 0 && waitMs <= homeAssistantLimits.silenceEveryMs;
      const isTime =
        known.isDue && (saidAgoMs < 0 || saidAgoMs >= wishes.everyMs - homeAssistantLimits.tickMs / 2);
      if (!isTime && isRest && !touched.has(known.told.gateway)) continue;
      if (known.isAvailable === undefined && isRest) continue;
      if (this.#isClosing) return;
      await this.#look(known, isTime);
      if (++looked % homeAssistantLimits.atOnce.looked === 0) await othersTurn();
    }
  }

  /** Tells whether a meter shows anything, and what, where it is time for that. */
  async #look(known: Known, isTime: boolean): Promise<void> {
    const { fleet, store, nowMs } = this.#options;
    const { gateway, meter, quantities } = known.told;
    // It moved just now: to be told to nobody here any more.
    if (!this.#roster.isOfSite(gateway)) {
      this.#roster.touchAll();
      return;
    }
    known.lookMs = nowMs() + homeAssistantLimits.silenceEveryMs;
    const state = fleet.gateway(gateway);
    const fresh = state && freshValues(state, meter, store, nowMs());
    const isBack = fresh !== undefined && known.isAvailable !== true;
    await this.#sayAvailable(known, fresh !== undefined);
    if (isTime || isBack) known.isDue = false;
    if (fresh === undefined || !(isTime || isBack)) return;
    known.saidMs = nowMs();
    const values = quantities.map(id => [id, fresh.values.get(id) ?? null] as const);
    const text = JSON.stringify({
      time: new Date(fresh.atMs).toISOString(),
      ...Object.fromEntries(values),
    });
    await this.#say({ gateway }, stateTopic(this.#teller, gateway, meter), text, false);
  }

  async #sayAvailable(known: Known, isAvailable: boolean): Promise<void> {
    if (known.isAvailable === isAvailable) return;
    known.isAvailable = isAvailable;
    const { gateway, meter } = known.told;
    const topic = availabilityTopic(this.#teller, gateway, meter);
    await this.#say({ gateway }, topic, isAvailable ? 'online' : 'offline', true);
  }

  /** Tells what is other than it was told. */
  async #compare(): Promise<void> {
    const wanted = await this.#roster.changed();
    if (wanted === undefined) return;
    const sites = new Map(wanted.map(({ gateway, meter, site }) => [`${gateway}.${meter}`, site]));
    for (const [key, { told }] of this.#known) {
      if (this.#isClosing) return;
      // Of another site now: those of the one before have to forget it, too.
      if (sites.get(key) === told.site) continue;
      this.#known.delete(key);
      await this.#forget(told.site, told.gateway, told.meter);
    }
    for (const [index, told] of wanted.entries()) {
      if (this.#isClosing) return;
      await this.#announce(told);
      if (index % homeAssistantLimits.atOnce.told === 0) await othersTurn();
    }
  }

  async #announce(told: RosterMeter): Promise<void> {
    const { gateway, meter, quantities } = told;
    const key = `${gateway}.${meter}`;
    const before = this.#known.get(key);
    const payload = discoveryOf(this.#teller, told);
    const config = JSON.stringify(payload);
    if (before?.config === config) return;
    const topic = configTopic(this.#teller, gateway, meter);
    const gone = before?.told.quantities.filter(id => !quantities.includes(id)) ?? [];
    if (gone.length > 0)
      await this.#say({ gateway }, topic, JSON.stringify(withRemoved(payload, gone)), true);
    await this.#say({ gateway }, topic, config, true);
    this.#known.set(key, {
      told,
      config,
      isAvailable: undefined,
      saidMs: Number.NEGATIVE_INFINITY,
      isDue: true,
      lookMs: this.#options.nowMs() + homeAssistantLimits.settleMs,
    });
  }

  /** Also what an earlier connection told, and this one not yet. Whether the broker has all of it. */
  async #forgetAll(): Promise<boolean> {
    const all = new Map((await this.#roster.changed())?.map(told => [`${told.gateway}.${told.meter}`, told]));
    for (const [key, { told }] of this.#known) all.set(key, told);
    for (const { site, gateway, meter } of all.values())
      if (!(await this.#forget(site, gateway, meter))) return false;
    return true;
  }

  /** To those who see the site that it was of; null: all. Whether the broker has it. */
  async #forget(site: string | null, gateway: string, meter: string): Promise<boolean> {
    const isTaken = await this.#say({ site }, configTopic(this.#teller, gateway, meter), '', true);
    return isTaken && (await this.#say({ site }, availabilityTopic(this.#teller, gateway, meter), '', true));
  }

  #say(owner: PostingOwner, topic: string, payload: string, isKept: boolean): Promise<boolean> {
    this.#published++;
    return this.#outlet.say(owner, topic, payload, isKept);
  }
}

/** Whether a configuration says that it is Joulegate's; what cannot be read is another's. */
function isOurs(payload: Uint8Array): boolean {
  try {
    const told: unknown = JSON.parse(Buffer.from(payload).toString());
    const origin: unknown =
      typeof told === 'object' && told !== null ? Reflect.get(told, 'origin') : undefined;
    return typeof origin === 'object' && origin !== null && Reflect.get(origin, 'name') === 'Joulegate';
  } catch {
    return false;
  }
}

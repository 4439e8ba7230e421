import type { ClientSubscription, DataValue, StatusCode } from 'node-opcua-client';
import { fault } from '../../faults/fault.ts';
import { asTaken } from './as-taken.ts';
import { type Connection, connect } from './connect.ts';
import { digestOf } from './endpoints.ts';
import type { Ask, Change, Said } from './messages.ts';
import { missingBy, type Reading, readingOf } from './values.ts';
import { within } from './within.ts';
import { ServerFault, serverFaultOf } from './words.ts';

type WatchAsk = Extract<Ask, { ask: 'watch' }>;

const backOffMs = { least: 1000, most: 30_000 };
const requestMs = 8000;
/** The server is asked to say something at least so often. */
const mostSilentMs = 5000;
/**
 * Where the server says less (it sets the publishing interval, OPC 10000-4, 5.14.2), it is asked for its state: the library takes a
 * connection for dead on which nothing comes or goes for as long as a request may take, and the server a session without requests.
 */
const aliveMs = 5000;
/** Server_ServerStatus_State (OPC 10000-5, 6.3.1). */
const serverState = 'i=2259';
/** A session's subscription lives so long without its client. */
const lifetimeMs = 60_000;
/** Server_ServerStatus_CurrentTime (OPC 10000-5, 6.3.1): every server has it, and it changes always. */
const serverTime = 'i=2258';
/** A node that was not there is asked for again so often: somebody may add it. */
const askAgainMs = 60_000;
const graceMs = 5000;
const lookMs = 1000;

/**
 * Keeps a subscription at a server for as long as it is wanted: whatever breaks it, connection, session and subscription are
 * made anew, so that nothing of the one before can come. The server's own time is subscribed to as well: so it says something at
 * each interval, also where nothing has changed, and what it told before holds for so long.
 */
export async function watch(
  ask: WatchAsk,
  say: (said: Said) => void,
  signal: AbortSignal,
  againMs = askAgainMs,
): Promise<void> {
  const { id, access } = ask;
  const ours = digestOf(Buffer.from(access.client.certificate, 'base64'), 'sha1');
  let waitMs = backOffMs.least;
  while (!signal.aborted) {
    let connection: Connection | undefined;
    try {
      connection = await connect(access, signal);
      await new Watch(ask, say, connection).untilLost(signal, againMs, () => {
        waitMs = backOffMs.least;
      });
    } catch (error) {
      const { fault: why, reason } = serverFaultOf(error, 'subscribe', access.url, ours);
      if (!signal.aborted) say({ says: 'down', id, why, reason });
    }
    await connection?.close();
    await pause(waitMs * (0.75 + Math.random() / 2), signal);
    waitMs = Math.min(waitMs * 2, backOffMs.most);
  }
}

const lostBy = (words: string) => new ServerFault(fault('opcua.lost', {}, words), 'timeout');

/** One subscription, until it is lost. */
class Watch {
  readonly #ask: WatchAsk;
  readonly #say: (said: Said) => void;
  readonly #connection: Connection;
  readonly #changes = new Map<number, { readonly reading: Reading; readonly sourceMs: number | undefined }>();
  /** Nodes that the server did not take, by their place. */
  readonly #refused = new Set<number>();
  #heardMs = performance.now();
  #askedMs = 0;
  /** The server says something at least so often. */
  #periodMs = Number.POSITIVE_INFINITY;
  /** It has said that it is up, and says what it hears. */
  #isUp = false;
  /** The server has spoken, and what it said is not told yet. */
  #isToTell = false;
  /** The server's clock less the ticks, as far as it was told. */
  #clockMs: number | undefined;

  constructor(ask: WatchAsk, say: (said: Said) => void, connection: Connection) {
    this.#ask = ask;
    this.#say = say;
    this.#connection = connection;
  }

  /** @throws Error once it is lost, or was never there */
  async untilLost(signal: AbortSignal, againMs: number, onUp: () => void): Promise<void> {
    const { id } = this.#ask;
    const { client, session } = this.#connection;
    const timers: NodeJS.Timeout[] = [];
    let stop = () => {};
    const lost = new Promise<never>((_, reject) => {
      const because = (words: string) => () => reject(lostBy(words));
      client.once('connection_lost', because('the connection to the server broke'));
      client.once('close', because('the connection to the server ended'));
      client.once('start_reconnection', because('the connection to the server broke'));
      session.once('session_closed', because('the server ended the session'));
      stop = because('it was broken off');
      signal.addEventListener('abort', stop);
    });
    // Whoever waits may not be there yet.
    lost.catch(() => {});
    try {
      const subscription = await Promise.race([within(requestMs, this.#subscribe()), lost]);
      const gone = new Promise<never>((_, reject) => {
        const because = (words: string) => () => reject(lostBy(words));
        subscription.once('terminated', because('the server ended the subscription'));
        subscription.once('internal_error', because('the subscription failed'));
        const silent = because('the server says nothing any more');
        timers.push(setInterval(() => this.#look(silent), lookMs));
      });
      gone.catch(() => {});
      subscription.on('keepalive', () => this.#heard());
      subscription.on('received_notifications', () => this.#heard());
      this.#periodMs = await Promise.race([this.#pulse(subscription), lost, gone]);
      await Promise.race([this.#monitor(subscription), lost, gone]);
      this.#isUp = true;
      this.#say({ says: 'up', id, periodMs: this.#periodMs });
      if (this.#isToTell || this.#refused.size > 0) this.#tell();
      onUp();
      const again = () => void this.#askAgain(subscription).catch(() => {});
      timers.push(setInterval(again, againMs));
      await Promise.race([lost, gone]);
    } finally {
      for (const timer of timers) clearInterval(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  #subscribe(): Promise<ClientSubscription> {
    const fastestMs = Math.min(...this.#ask.nodes.map(({ everyMs }) => everyMs));
    const publishingMs = fastestMs / Math.ceil(fastestMs / mostSilentMs);
    return this.#connection.session.createSubscription2({
      requestedPublishingInterval: publishingMs,
      requestedMaxKeepAliveCount: 1,
      requestedLifetimeCount: Math.max(Math.ceil(lifetimeMs / publishingMs), 10),
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 1,
    });
  }

  /**
   * How often the server's time comes, ms, as the server has set both intervals. Without it, its signs of life do: some servers send
   * them seldom.
   */
  async #pulse(subscription: ClientSubscription): Promise<number> {
    const { AttributeIds, TimestampsToReturn } = this.#connection.library;
    const { publishingInterval, maxKeepAliveCount } = subscription;
    const group = await within(
      requestMs,
      subscription.monitorItems(
        [{ nodeId: serverTime, attributeId: AttributeIds.Value }],
        { samplingInterval: publishingInterval, queueSize: 1, discardOldest: true },
        TimestampsToReturn.Neither,
      ),
    );
    group.on('changed', (_item, { value }) => {
      const time: unknown = value?.value;
      if (time instanceof Date) this.#clockMs = time.getTime() - performance.now();
    });
    const [item] = group.monitoredItems;
    const signMs = publishingInterval * maxKeepAliveCount;
    if (item === undefined || !item.statusCode.isGood()) return signMs;
    return Math.min(Math.max(publishingInterval, item.monitoringParameters.samplingInterval), signMs);
  }

  /** Asks a server that says nothing for its state. `silent` is called where it does not answer, or its subscription says nothing. */
  #look(silent: () => void): void {
    const { session } = this.#connection;
    const nowMs = performance.now();
    const quietMs = nowMs - this.#heardMs;
    if (quietMs > 3 * this.#periodMs + graceMs) silent();
    const oftenMs = Math.min(aliveMs, session.timeout / 3);
    if (Math.min(quietMs, nowMs - this.#askedMs) < oftenMs) return;
    this.#askedMs = nowMs;
    within(requestMs, session.read({ nodeId: serverState })).catch(silent);
  }

  /** All nodes of an interval in one request, where the server takes as many. */
  async #monitor(subscription: ClientSubscription): Promise<void> {
    const { nodes } = this.#ask;
    const { TimestampsToReturn } = this.#connection.library;
    const byInterval = new Map<number, number[]>();
    for (const [node, { everyMs }] of nodes.entries())
      byInterval.set(everyMs, [...(byInterval.get(everyMs) ?? []), node]);
    for (const [everyMs, its] of byInterval) {
      const manner = this.#manner(everyMs);
      const taken = await asTaken(its, async some => {
        const items = some.map(node => this.#item(node));
        const monitored = subscription.monitorItems(items, manner, TimestampsToReturn.Both);
        const group = await within(requestMs, monitored);
        group.on('changed', (_item, value, index) => this.#changed(some[index] ?? 0, value));
        return group.monitoredItems;
      });
      for (const [index, { statusCode }] of taken.entries()) this.#answered(its[index] ?? 0, statusCode);
    }
  }

  /** Nodes that were refused, each by itself: of a request for several the library keeps what was refused, too. */
  async #askAgain(subscription: ClientSubscription): Promise<void> {
    const { TimestampsToReturn } = this.#connection.library;
    for (const node of this.#refused) {
      const manner = this.#manner(this.#ask.nodes[node]?.everyMs ?? 0);
      const monitored = subscription.monitor(this.#item(node), manner, TimestampsToReturn.Both);
      const item = await within(requestMs, monitored);
      item.on('changed', value => this.#changed(node, value));
      this.#answered(node, item.statusCode);
    }
  }

  #item(node: number) {
    return {
      nodeId: this.#ask.nodes[node]?.nodeId ?? '',
      attributeId: this.#connection.library.AttributeIds.Value,
    };
  }

  #manner(samplingInterval: number) {
    const { DataChangeFilter, DataChangeTrigger, DeadbandType } = this.#connection.library;
    const filter = new DataChangeFilter({
      trigger: DataChangeTrigger.StatusValueTimestamp,
      deadbandType: DeadbandType.None,
    });
    return { samplingInterval, queueSize: 1, discardOldest: true, ...(this.#ask.wantsTimes && { filter }) };
  }

  #answered(node: number, status: StatusCode): void {
    if (status.isGood()) this.#refused.delete(node);
    else {
      this.#refused.add(node);
      this.#changes.set(node, { reading: missingBy(status), sourceMs: undefined });
    }
  }

  #changed(node: number, value: DataValue): void {
    const sourceMs = value.sourceTimestamp?.getTime();
    this.#changes.set(node, { reading: readingOf(value), sourceMs });
  }

  #heard(): void {
    this.#heardMs = performance.now();
    this.#isToTell = true;
    if (this.#isUp) this.#tell();
  }

  /** The server has spoken: what it changed is told when all of it has been taken, its time too. */
  #tell(): void {
    this.#isToTell = false;
    setImmediate(() => {
      const changes = [...this.#changes].map(([node, { reading, sourceMs }]): Change => {
        if ('missing' in reading) return { node, missing: reading.missing };
        return { node, value: reading.value, ageMs: this.#ageMs(sourceMs) };
      });
      this.#changes.clear();
      this.#say({ says: 'alive', id: this.#ask.id, changes });
    });
  }

  /** By the server's own clock; undefined where it told no time. */
  #ageMs(sourceMs: number | undefined): number | undefined {
    if (sourceMs === undefined || this.#clockMs === undefined) return undefined;
    return Math.max(performance.now() + this.#clockMs - sourceMs, 0);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

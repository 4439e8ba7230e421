import type { ServerResponse } from 'node:http';
import type { Message } from '#core/wire/messages.ts';
import type { HostEvent } from '../events.ts';
import { hostLimits } from '../limits.ts';
import type { ApiCounters } from './api-counters.ts';
import { Broadcast } from './broadcast.ts';
import type { Alarm, CommittedEvent, GatewayEvent, LiveEvent, RolloutEvent, SiteEvent } from './contract.ts';

const heartbeatMs = 15_000;

export interface EventStreamOptions {
  readonly counters: ApiCounters;
  /** Keeps live values coming until the function given back is called. */
  readonly watch: () => () => void;
  /** A trace with what its frames say. */
  readonly meant: (gateway: string, trace: Message<'trace'>) => object;
  /** Whether a session still stands. */
  readonly isOpen: (sessionId: string) => boolean;
}

/** What a page looks at: all lines of a gateway, or one. */
export interface Watched {
  readonly gateway: string;
  readonly line?: string | undefined;
}

interface Watcher extends Watched {
  readonly sessionId: string;
}

/**
 * Server-sent events: encoded once, the same bytes to every client. What a gateway tells of a line goes only to those
 * who look at it, and they get nothing else.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #clients = new Map<ServerResponse, string>();
  readonly #watchers = new Map<ServerResponse, Watcher>();
  readonly #broadcast = new Broadcast<ServerResponse>((client, bytes) => this.#writeTo(client, bytes));
  #stopWatching: (() => void) | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /** Whether no more clients are served, of those that look at a line or of the others. */
  isFull(watched?: Watched): boolean {
    return watched === undefined
      ? this.#clients.size >= hostLimits.eventClients.most
      : this.#watchers.size >= hostLimits.lineWatchers.most;
  }

  /** Serves a client whose headers have been written, until it goes or its session ends. */
  add(client: ServerResponse, sessionId: string, watched?: Watched): void {
    if (watched === undefined) this.#clients.set(client, sessionId);
    else this.#watchers.set(client, { ...watched, sessionId });
    client.on('close', () => this.#remove(client));
    client.on('error', () => this.#remove(client));
    // Come back after 2 s where the connection broke.
    client.write('retry: 2000\n\n');
    this.#count();
  }

  send(event: HostEvent): void {
    if (isOfLine(event)) {
      this.#tell(event);
      return;
    }
    if (this.#clients.size === 0) return;
    const frames = framesOf(event);
    if (frames.length === 0) return;
    this.#options.counters.eventsSent += frames.length * this.#clients.size;
    this.#write(Buffer.from(frames.join('')));
  }

  /** Ends the streams of a session. */
  endSession(sessionId: string): void {
    for (const [client, id] of [...this.#clients]) if (id === sessionId) this.#end(client);
    for (const [client, { sessionId: id }] of [...this.#watchers]) if (id === sessionId) this.#end(client);
  }

  /** Ends all streams. */
  close(): void {
    for (const client of [...this.#clients.keys(), ...this.#watchers.keys()]) this.#end(client);
  }

  /** To few, so at once. */
  #tell(event: LineEvent): void {
    const { gateway, message } = event;
    let bytes: Buffer | undefined;
    for (const [client, watched] of [...this.#watchers]) {
      const isOther = watched.line !== undefined && 'line' in message && message.line !== watched.line;
      if (watched.gateway !== gateway || isOther) continue;
      bytes ??= Buffer.from(frame(event.type, { gateway, ...this.#told(message, gateway) }));
      this.#options.counters.eventsSent++;
      this.#writeTo(client, bytes);
    }
  }

  /** What frames say is worked out only where somebody looks. */
  #told(message: LineEvent['message'], gateway: string): object {
    return 'frames' in message ? this.#options.meant(gateway, message) : message;
  }

  #write(bytes: Buffer): void {
    this.#broadcast.send(bytes, this.#clients.keys());
  }

  #writeTo(client: ServerResponse, bytes: Buffer): void {
    if (!this.#clients.has(client) && !this.#watchers.has(client)) return;
    if (client.writableLength + bytes.length <= hostLimits.eventWaitingBytes.most) {
      client.write(bytes);
      return;
    }
    this.#options.counters.eventClientsTooSlow++;
    this.#remove(client);
    client.destroy();
  }

  /** Shows proxies and pages that the stream lives; sessions that expired in silence end here. */
  #beat(): void {
    const sessions = [...this.#clients.values(), ...[...this.#watchers.values()].map(one => one.sessionId)];
    for (const id of new Set(sessions)) if (!this.#options.isOpen(id)) this.endSession(id);
    const sign = Buffer.from(frame('beat', {}));
    this.#write(sign);
    for (const client of [...this.#watchers.keys()]) this.#writeTo(client, sign);
  }

  #end(client: ServerResponse): void {
    this.#remove(client);
    // `end` would wait for a client that does not read.
    if (client.writableLength > 0) client.destroy();
    else client.end(() => client.socket?.destroy());
  }

  #remove(client: ServerResponse): void {
    const wasServed = this.#clients.delete(client);
    if (this.#watchers.delete(client) || wasServed) this.#count();
  }

  #count(): void {
    const all = this.#clients.size + this.#watchers.size;
    this.#options.counters.eventClients = all;
    if (this.#clients.size > 0) this.#stopWatching ??= this.#options.watch();
    else {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
    }
    if (all > 0) this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref();
    else {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    }
  }
}

type LineEvent = Extract<HostEvent, { type: 'diagnosis' | 'trace' | 'scan' | 'probe' }>;

const isOfLine = (event: HostEvent): event is LineEvent =>
  event.type === 'diagnosis' || event.type === 'trace' || event.type === 'scan' || event.type === 'probe';

function framesOf(event: Exclude<HostEvent, LineEvent>): string[] {
  switch (event.type) {
    case 'live':
      return Object.entries(event.meters).map(([meter, { atMs, values }]) =>
        frame('live', { meter: `${event.gateway}.${meter}`, atMs, values } satisfies LiveEvent),
      );
    case 'gateway':
      return [frame('gateway', { gateway: event.gateway } satisfies GatewayEvent)];
    case 'committed': {
      const meters = event.meters.map(meter => `${event.gateway}.${meter}`);
      const { gateway, toMs } = event;
      return [frame('committed', { gateway, meters, toMs } satisfies CommittedEvent)];
    }
    case 'site':
      return [frame('site', { version: event.version } satisfies SiteEvent)];
    case 'rollout':
      return [frame('rollout', { rollout: event.rollout } satisfies RolloutEvent)];
    case 'alarm': {
      const { type, ...alarm } = event;
      return [frame(type, alarm satisfies Alarm)];
    }
    case 'result':
      // Goes to the one who asked.
      return [];
  }
}

const frame = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

import type { ServerResponse } from 'node:http';
import type { HostEvent } from '../events.ts';
import { hostLimits } from '../limits.ts';
import type { ApiCounters } from './api-counters.ts';
import { Broadcast } from './broadcast.ts';
import type { CommittedEvent, GatewayEvent, LiveEvent } from './contract.ts';

const heartbeatMs = 15_000;

export interface EventStreamOptions {
  readonly counters: ApiCounters;
  /** Keeps live values coming until the function given back is called. */
  readonly watch: () => () => void;
  /** Whether a session still stands. */
  readonly isOpen: (sessionId: string) => boolean;
}

/** Server-sent events: encoded once, the same bytes to every client. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #clients = new Map<ServerResponse, string>();
  readonly #broadcast = new Broadcast<ServerResponse>((client, bytes) => this.#writeTo(client, bytes));
  #stopWatching: (() => void) | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#clients.size >= hostLimits.eventClients.most;
  }

  /** Serves a client whose headers have been written, until it goes or its session ends. */
  add(client: ServerResponse, sessionId: string): void {
    this.#clients.set(client, sessionId);
    client.on('close', () => this.#remove(client));
    client.on('error', () => this.#remove(client));
    // Come back after 2 s where the connection broke.
    client.write('retry: 2000\n\n');
    this.#count();
  }

  send(event: HostEvent): void {
    if (this.#clients.size === 0) return;
    const frames = framesOf(event);
    if (frames.length === 0) return;
    this.#options.counters.eventsSent += frames.length * this.#clients.size;
    this.#write(Buffer.from(frames.join('')));
  }

  /** Ends the streams of a session. */
  endSession(sessionId: string): void {
    for (const [client, id] of [...this.#clients]) if (id === sessionId) this.#end(client);
  }

  /** Ends all streams. */
  close(): void {
    for (const client of [...this.#clients.keys()]) this.#end(client);
  }

  #write(bytes: Buffer): void {
    this.#broadcast.send(bytes, this.#clients.keys());
  }

  #writeTo(client: ServerResponse, bytes: Buffer): void {
    if (!this.#clients.has(client)) return;
    if (client.writableLength + bytes.length <= hostLimits.eventWaitingBytes.most) {
      client.write(bytes);
      return;
    }
    this.#options.counters.eventClientsTooSlow++;
    this.#remove(client);
    client.destroy();
  }

  /** Shows proxies and clients that the stream lives; sessions that expired in silence end here. */
  #beat(): void {
    for (const id of new Set(this.#clients.values())) if (!this.#options.isOpen(id)) this.endSession(id);
    this.#write(Buffer.from(':\n\n'));
  }

  #end(client: ServerResponse): void {
    this.#remove(client);
    // `end` would wait for a client that does not read.
    if (client.writableLength > 0) client.destroy();
    else client.end(() => client.socket?.destroy());
  }

  #remove(client: ServerResponse): void {
    if (this.#clients.delete(client)) this.#count();
  }

  #count(): void {
    this.#options.counters.eventClients = this.#clients.size;
    if (this.#clients.size > 0) {
      this.#stopWatching ??= this.#options.watch();
      this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref();
    } else {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    }
  }
}

function framesOf(event: HostEvent): string[] {
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
    case 'diagnosis':
    case 'trace':
    case 'scan':
    case 'probe':
      return [frame(event.type, { gateway: event.gateway, ...event.message })];
  }
}

const frame = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

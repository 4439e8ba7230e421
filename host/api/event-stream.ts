import type { ServerResponse } from 'node:http';
import type { Message } from '#core/wire/messages.ts';
import type { Access } from '../auth/access.ts';
import type { HostEvent } from '../events.ts';
import { Unread } from '../http/unread.ts';
import { hostLimits } from '../limits.ts';
import type { ApiCounters } from './api-counters.ts';
import { Broadcast } from './broadcast.ts';
import { frame, framesOf, isOfLine, type LineEvent, lineFrame, type Sight } from './event-frames.ts';
import { EventPast, type PastEvent } from './event-past.ts';

const heartbeatMs = 15_000;
/** Who reads nothing is found at the fourth look after its own system has no more room. */
const lookMs = 5000;

export interface EventStreamOptions {
  readonly counters: ApiCounters;
  readonly nowMs: () => number;
  /** Keeps live values coming until the function given back is called. */
  readonly watch: () => () => void;
  /** A trace with what its frames say. */
  readonly meant: (gateway: string, trace: Message<'trace'>) => object;
  /** Whether who listens is still let in, with the same rights. */
  readonly isCurrent: (access: Access) => boolean;
  /** What somebody may see now, of one site where one is asked for. */
  readonly sightOf: (access: Access, site: string | undefined) => Sight;
  /** Whether somebody may look at the lines of a gateway now. */
  readonly mayWatch: (access: Access, gateway: string) => boolean;
}

/** What a page looks at: all lines of a gateway, or one. */
export interface Watched {
  readonly gateway: string;
  readonly line?: string | undefined;
}

/** What a page listens to that looks at the whole. */
export interface Listening {
  readonly site?: string | undefined;
  /** The last event it had before its connection broke. */
  readonly lastId?: string | undefined;
}

interface Watcher extends Watched {
  readonly access: Access;
}

/** Clients who may see the same. */
interface Group {
  readonly key: string;
  readonly sight: Sight;
  readonly clients: Set<ServerResponse>;
  /** What events of the past say to them: when a proxy starts anew, all come back at once and want the same. */
  readonly retold: WeakMap<PastEvent, string>;
}

/**
 * Server-sent events: encoded once for all who may see the same, and the same bytes to each of them. What a gateway tells
 * of a line goes only to those who look at it, and they get nothing else.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #clients = new Map<ServerResponse, { readonly access: Access; readonly group: Group }>();
  readonly #groups = new Map<string, Group>();
  readonly #watchers = new Map<ServerResponse, Watcher>();
  readonly #broadcast = new Broadcast<ServerResponse>((client, bytes) => this.#writeTo(client, bytes));
  readonly #past: EventPast;
  #stopWatching: (() => void) | undefined;
  readonly #unread = new Unread();
  #heartbeat: NodeJS.Timeout | undefined;
  #looks: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#past = new EventPast(hostLimits.eventsKept.most, options.nowMs);
  }

  /** Whether no more clients are served, of those that look at a line or of the others. */
  isFull(watched?: Watched): boolean {
    return watched === undefined
      ? this.#clients.size >= hostLimits.eventClients.most
      : this.#watchers.size >= hostLimits.lineWatchers.most;
  }

  /** How many streams a session, token or link has. */
  countOf(accessId: string): number {
    const served = [...this.#clients.values()].filter(({ access }) => access.id === accessId);
    const watching = [...this.#watchers.values()].filter(({ access }) => access.id === accessId);
    return served.length + watching.length;
  }

  /** Serves a client whose headers have been written, until it goes or is not let in any more. */
  add(client: ServerResponse, access: Access, { site, lastId }: Listening = {}): void {
    const group = this.#groupOf(access, site);
    group.clients.add(client);
    this.#clients.set(client, { access, group });
    // Come back after 2 s where the connection broke, and say what came last.
    this.#begin(client, `retry: 2000\nid: ${this.#past.lastId}\n\n${this.#missed(group, lastId)}`);
  }

  /** The same for one that looks at a line. */
  addWatcher(client: ServerResponse, access: Access, watched: Watched): void {
    this.#watchers.set(client, { ...watched, access });
    this.#begin(client, 'retry: 2000\n\n');
  }

  send(event: HostEvent): void {
    // Goes to the one who asked.
    if (event.type === 'result') return;
    if (isOfLine(event)) {
      this.#tell(event);
      return;
    }
    const id = this.#past.add(event);
    for (const { sight, clients } of this.#groups.values()) {
      const frames = framesOf(event, sight, id);
      if (frames.length === 0) continue;
      this.#options.counters.eventsSent += frames.length * clients.size;
      this.#broadcast.send(Buffer.from(frames.join('')), clients);
    }
  }

  /** Ends the streams of those who are not let in any more, or with other rights; they come again with those. */
  endStale(): void {
    const { isCurrent } = this.#options;
    const checked = new Map<Access, boolean>();
    const isStale = (access: Access) => {
      const known = checked.get(access) ?? isCurrent(access);
      checked.set(access, known);
      return !known;
    };
    for (const [client, { access }] of [...this.#clients]) if (isStale(access)) this.#end(client);
    for (const [client, { access }] of [...this.#watchers]) if (isStale(access)) this.#end(client);
  }

  /** Ends all streams. */
  close(): void {
    for (const client of [...this.#clients.keys(), ...this.#watchers.keys()]) this.#end(client);
  }

  #begin(client: ServerResponse, text: string): void {
    client.on('close', () => this.#remove(client));
    client.on('error', () => this.#remove(client));
    client.write(text);
    this.#count();
  }

  /** What came while it was away; where that is not known any more, or more than may wait, that it has to ask for all of it. */
  #missed(group: Group, lastId: string | undefined): string {
    if (lastId === undefined) return '';
    const missed = this.#past
      .since(lastId)
      ?.map(past => retoldTo(group, past))
      .join('');
    if (missed !== undefined && missed.length <= hostLimits.eventWaitingBytes.most) return missed;
    this.#options.counters.eventResyncs++;
    return frame('resync', {}, this.#past.lastId);
  }

  #groupOf(access: Access, site: string | undefined): Group {
    const { roles, meters } = access;
    const key = JSON.stringify([site ?? null, Object.keys(roles).sort(), meters && [...meters].sort()]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { key, sight: this.#options.sightOf(access, site), clients: new Set(), retold: new WeakMap() };
      this.#groups.set(key, group);
    }
    return group;
  }

  /** To few, so at once. */
  #tell(event: LineEvent): void {
    const { gateway, message } = event;
    let bytes: Buffer | undefined;
    for (const [client, watched] of [...this.#watchers]) {
      const isOther = watched.line !== undefined && 'line' in message && message.line !== watched.line;
      if (watched.gateway !== gateway || isOther) continue;
      if (!this.#options.mayWatch(watched.access, gateway)) {
        this.#end(client);
        continue;
      }
      bytes ??= Buffer.from(lineFrame(event, this.#told(message, gateway)));
      this.#options.counters.eventsSent++;
      this.#writeTo(client, bytes);
    }
  }

  /** What frames say is worked out only where somebody looks. */
  #told(message: LineEvent['message'], gateway: string): object {
    return 'frames' in message ? this.#options.meant(gateway, message) : message;
  }

  #writeTo(client: ServerResponse, bytes: Buffer): void {
    if (!this.#clients.has(client) && !this.#watchers.has(client)) return;
    if (client.writableLength + bytes.length <= hostLimits.eventWaitingBytes.most) {
      client.write(bytes);
      return;
    }
    this.#drop(client);
  }

  #drop(client: ServerResponse): void {
    this.#options.counters.eventClientsTooSlow++;
    this.#remove(client);
    client.destroy();
  }

  /** Ends the streams that nobody reads; a page that sleeps comes back and says what it had last. */
  async #look(): Promise<void> {
    // Two looks in quick succession would say nothing.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#endUnread();
    } finally {
      this.#isLooking = false;
    }
  }

  async #endUnread(): Promise<void> {
    const clients = new Map(
      [...this.#clients.keys(), ...this.#watchers.keys()].flatMap(client =>
        client.socket === null ? [] : [[client.socket, client] as const],
      ),
    );
    for (const socket of await this.#unread.look([...clients.keys()])) {
      const client = clients.get(socket);
      if (client !== undefined && !client.destroyed) this.#drop(client);
    }
  }

  /** Shows proxies and pages that the stream lives; rights that expired in silence end here. */
  #beat(): void {
    this.endStale();
    const beat = Buffer.from(frame('beat', {}, this.#past.lastId));
    for (const { clients } of this.#groups.values()) this.#broadcast.send(beat, clients);
    const plain = Buffer.from(frame('beat', {}));
    for (const client of [...this.#watchers.keys()]) this.#writeTo(client, plain);
  }

  #end(client: ServerResponse): void {
    this.#remove(client);
    // `end` would wait for a client that does not read.
    if (client.writableLength > 0) client.destroy();
    else client.end(() => client.socket?.destroy());
  }

  #remove(client: ServerResponse): void {
    const group = this.#clients.get(client)?.group;
    if (group !== undefined) {
      this.#clients.delete(client);
      group.clients.delete(client);
      if (group.clients.size === 0) this.#groups.delete(group.key);
    }
    if (this.#watchers.delete(client) || group !== undefined) this.#count();
  }

  #count(): void {
    const all = this.#clients.size + this.#watchers.size;
    this.#options.counters.eventClients = all;
    if (this.#clients.size > 0) this.#stopWatching ??= this.#options.watch();
    else {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
    }
    if (all > 0) {
      this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref();
      this.#looks ??= setInterval(() => this.#look(), lookMs).unref();
    } else {
      clearInterval(this.#heartbeat);
      clearInterval(this.#looks);
      this.#heartbeat = undefined;
      this.#looks = undefined;
    }
  }
}

function retoldTo({ sight, retold }: Group, past: PastEvent): string {
  const known = retold.get(past) ?? framesOf(past.event, sight, String(past.id)).join('');
  retold.set(past, known);
  return known;
}

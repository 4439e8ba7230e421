import type { Client, Subscription } from 'aedes';
import { encodeMessage } from '#core/wire/messages.ts';
import { parseTopic, topicOf, type UpChannel } from '#core/wire/topics.ts';
import type { BrokerOptions } from './broker.ts';
import type { BrokerCounters } from './counters.ts';
import { Flood } from './flood.ts';
import { brokerLimits } from './limits.ts';
import { type Posting, type PostingOwner, Postings, type ProgramDesk } from './postings.ts';
import { Program } from './program.ts';
import { lastingChannels, noPrograms, type ProgramAccess } from './program-access.ts';
import { type Cover, coverOf } from './program-filters.ts';

export interface ProgramsOptions extends Pick<BrokerOptions, 'onRefused'> {
  readonly counters: BrokerCounters;
  /** Monotonic. */
  readonly nowMs: () => number;
}

/**
 * Programs that are connected to the embedded broker. What gateways say is handed straight to those that listen and may,
 * by rights that are looked up at each message; where nobody listens it costs nothing. The library knows of their
 * subscriptions, and never has anything to deliver to them.
 */
export class Programs implements ProgramDesk {
  readonly #options: ProgramsOptions;
  readonly #flood: Flood;
  readonly #names = new WeakMap<Client, string>();
  readonly #programs = new Map<string, Program>();
  /** Programs that are being told what lasts, and of which subscriptions they still have to be. */
  readonly #telling = new Map<Program, Wanted[]>();
  readonly #postings = new Postings();
  #access: ProgramAccess = noPrograms;
  #isLiveWanted = false;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    this.#flood = new Flood(options.nowMs, brokerLimits.programFlood);
  }

  serve(access: ProgramAccess): void {
    this.#access = access;
  }

  isRight(id: string, password: string): boolean {
    return this.#access.isRight(id, password);
  }

  /** The client has logged in as that program. Its session has a name that no gateway and no other program can have. */
  arrives(id: string, client: Client): void {
    this.#names.set(client, id);
    client.id = `program/${id}`;
    if (this.#programs.has(id)) this.#options.counters.takenOver++;
  }

  isOne(client: Client): boolean {
    return this.#names.has(client);
  }

  get size(): number {
    return this.#programs.size;
  }

  has(id: string): boolean {
    return this.#programs.has(id);
  }

  came(client: Client): void {
    const id = this.#names.get(client);
    if (id === undefined || client.closed) return;
    this.#programs.set(id, new Program(id, client));
    this.#liveChanged();
  }

  left(client: Client): void {
    const id = this.#names.get(client) ?? '';
    if (this.#programs.get(id)?.client === client) this.#programs.delete(id);
    this.#liveChanged();
  }

  disconnect(id: string): void {
    this.#programs.get(id)?.client.close();
  }

  /** Whether it may subscribe to a filter: what it hears by it is looked at message by message. */
  mayListen(client: Client, filter: string): boolean {
    const program = this.#of(client);
    if (program === undefined) return false;
    const { counters, onRefused } = this.#options;
    const shown = JSON.stringify(filter.slice(0, 80));
    const refuse = (why: string) => {
      counters.subscriptionsRefused++;
      onRefused(undefined, 'mqtt.subscription', `program ${program.id} asked for ${shown}, ${why}`);
      return false;
    };
    if (coverOf(filter) === undefined && !this.#postings.mayCover(filter))
      return refuse('which no gateway says');
    if (!program.has(filter) && program.filters >= brokerLimits.programFilters)
      return refuse(`one more than the ${brokerLimits.programFilters} subscriptions that are allowed`);
    if (this.#flood.take(program.id, 0) !== 'passed') {
      counters.flooded++;
      return refuse('sooner than is allowed');
    }
    return true;
  }

  subscribed(client: Client, subscriptions: readonly Subscription[]): void {
    const program = this.#of(client);
    if (program === undefined) return;
    const wanted: Wanted[] = [];
    for (const { topic: filter, qos } of subscriptions) {
      // One that was refused has another quality than those there are.
      if (qos > 2) continue;
      const cover = coverOf(filter);
      program.listen(filter, cover, qos === 0 ? 0 : 1);
      wanted.push({ filter, cover });
    }
    this.#liveChanged();
    const telling = this.#telling.get(program);
    if (telling !== undefined) telling.push(...wanted);
    else if (wanted.length > 0) void this.#tellWhatLasts(program, wanted);
  }

  unsubscribed(client: Client, filters: readonly string[]): void {
    const program = this.#of(client);
    for (const filter of filters) program?.leave(filter);
    this.#liveChanged();
  }

  /** Hands on what a gateway said. */
  handOn(gateway: string, channel: UpChannel, payload: Uint8Array, qos: number): void {
    if (this.#programs.size === 0) return;
    for (const program of this.#programs.values()) {
      const wanted = program.qosOf(gateway, channel);
      if (wanted !== undefined && this.#access.sees(program.id, gateway))
        this.#send(program, gateway, channel, payload, qos === 0 ? 0 : wanted, false);
    }
  }

  async post(posting: Posting, isKept: boolean): Promise<void> {
    if (isKept) this.#postings.keep(posting);
    for (const program of this.#programs.values()) {
      const qos = program.qosOfTopic(posting.topic);
      if (qos === undefined || !this.#seesOwner(program, posting.owner)) continue;
      this.#publish(program, posting.topic, posting.payload, qos, false);
    }
    for (const program of this.#programs.values()) await isReading(program);
  }

  hear(topic: string, listener: (payload: Uint8Array) => void): () => void {
    return this.#postings.hear(topic, listener);
  }

  #seesOwner({ id }: Program, owner: PostingOwner): boolean {
    return 'gateway' in owner ? this.#access.sees(id, owner.gateway) : this.#access.seesSite(id, owner.site);
  }

  /** What a program publishes: commands to gateways of its sites, where it may. All else is swallowed, counted and told. */
  said(client: Client, topic: string, payload: Uint8Array): void {
    const { counters, onRefused } = this.#options;
    counters.received++;
    const id = this.#names.get(client) ?? '';
    const to = parseTopic(topic);
    const program = this.#of(client);
    const outcome = this.#flood.take(id, payload.length);
    if (outcome !== 'passed') {
      counters.flooded++;
      const { perSecond } = brokerLimits.programFlood;
      if (outcome === 'refusedFirst')
        onRefused(
          undefined,
          'mqtt.flood',
          `program ${id} sent more than the ${perSecond} messages a second that are allowed`,
        );
      return;
    }
    // Also by its last will.
    if (this.#postings.said(topic, payload)) return;
    // A closed client speaks its last will, which is nobody's command.
    const mayCommand =
      program !== undefined &&
      to?.channel === 'command' &&
      this.#access.mayWrite(id) &&
      this.#access.sees(id, to.gateway);
    if (!mayCommand) {
      counters.foreign++;
      const shown = JSON.stringify(topic.slice(0, 80));
      onRefused(undefined, 'mqtt.foreign', `program ${id} published to ${shown}, which it may not`);
      return;
    }
    counters.programCommands++;
    const address = 'remoteAddress' in client.conn ? (client.conn.remoteAddress ?? null) : null;
    const refusal = this.#access.command(id, to.gateway, payload, address);
    if (refusal !== undefined && program.qosOf(to.gateway, 'result') !== undefined)
      this.#send(program, to.gateway, 'result', encodeMessage('result', refusal), 1, false);
  }

  #of(client: Client): Program | undefined {
    const program = this.#programs.get(this.#names.get(client) ?? '');
    return program?.client === client && !client.closed ? program : undefined;
  }

  #send(
    program: Program,
    gateway: string,
    channel: UpChannel,
    bytes: Uint8Array,
    qos: 0 | 1,
    retain: boolean,
  ) {
    this.#publish(program, topicOf(gateway, channel), bytes, qos, retain);
  }

  #publish({ id, client }: Program, topic: string, bytes: Uint8Array, qos: 0 | 1, retain: boolean) {
    if (client.closed) return;
    const { counters, onRefused } = this.#options;
    if (client.conn.writableLength > brokerLimits.programWaitingBytes) {
      counters.tooSlow++;
      const most = brokerLimits.programWaitingBytes;
      onRefused(undefined, 'mqtt.tooSlow', `program ${id} left more than ${most} bytes unread`);
      client.close();
      return;
    }
    counters.programMessages++;
    const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    client.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, error => {
      if (error) onRefused(undefined, 'mqtt.send', `program ${id}: ${error.message}`);
    });
  }

  /** Some at a time and as fast as it reads: of thousands of gateways this is many megabytes. */
  async #tellWhatLasts(program: Program, wanted: Wanted[]): Promise<void> {
    this.#telling.set(program, wanted);
    const { client } = program;
    let told = 0;
    for (let one = wanted.shift(); one !== undefined; one = wanted.shift()) {
      const { cover, filter } = one;
      const gateways =
        cover === undefined ? [] : cover.gateway === null ? this.#access.gateways() : [cover.gateway];
      for (const gateway of gateways) {
        if (client.closed) break;
        if (cover !== undefined) this.#tellNewest(program, gateway, cover);
        if (++told % 50 === 0) await new Promise(resolve => setImmediate(resolve));
        await isReading(program);
      }
      for (const { topic, payload, owner } of this.#postings.keptFor(filter)) {
        const qos = program.qosOfTopic(topic);
        if (qos === undefined || !this.#seesOwner(program, owner)) continue;
        this.#publish(program, topic, payload, qos, true);
        await isReading(program);
      }
    }
    this.#telling.delete(program);
  }

  #tellNewest(program: Program, gateway: string, { channels }: Cover): void {
    if (!this.#access.sees(program.id, gateway)) return;
    for (const channel of lastingChannels) {
      const qos = channels.includes(channel) ? program.qosOf(gateway, channel) : undefined;
      const newest = qos === undefined ? undefined : this.#access.newest(gateway, channel);
      if (qos !== undefined && newest !== undefined) this.#send(program, gateway, channel, newest, qos, true);
    }
  }

  #liveChanged(): void {
    const isWanted = [...this.#programs.values()].some(program => program.hears('live'));
    if (isWanted === this.#isLiveWanted) return;
    this.#isLiveWanted = isWanted;
    this.#access.onLive(isWanted);
  }
}

/** A subscription whose program has still to be told what lasts. */
interface Wanted {
  readonly filter: string;
  readonly cover: Cover | undefined;
}

/** Waits while it has much left to read. */
async function isReading({ client }: Program): Promise<void> {
  while (!client.closed && client.conn.writableLength > brokerLimits.programWaitingBytes / 2)
    await new Promise(resolve => setTimeout(resolve, 20).unref());
}

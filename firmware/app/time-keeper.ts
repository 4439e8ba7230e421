import { Backoff } from '../core/backoff.ts';
import { readSntp, sntpRequest } from '../core/sntp.ts';
import { earliestMs, type TimeAnswer, voteOn } from '../core/time-vote.ts';
import type { Cancel, Ports, RandomPort, TimePort } from '../ports.ts';

export interface TimeKeeperOptions {
  /** Names or addresses, at most 8; the first is believed most where they do not agree. */
  readonly servers: readonly string[];
  readonly time: Pick<TimePort, 'ticksMs' | 'after'>;
  readonly random: RandomPort;
  readonly log: Ports['log'];
  /** Sends a packet to a time server; `done` gets each packet that comes back, or why none was sent. */
  readonly ask: (
    server: string,
    packet: Uint8Array,
    done: (answer: Uint8Array | undefined, why?: string) => void,
  ) => Cancel;
}

/** Where the time comes from, and how well it is known. */
export interface TimeSource {
  readonly server: string;
  /** Servers that agree on it. */
  readonly agreeing: number;
  /** Ticks of the last time that it was said. */
  readonly atTicksMs: number;
}

const answerMs = 4000;
/** RFC 4330 asks for no more than one request in 15 s; the crystal drifts by less than 100 ms in an hour. */
const firstRetryMs = 15_000;
const mostRetryMs = 15 * 60_000;
const againMs = 3_600_000;
/** A step of the time that fewer than two servers say is followed when it was said in this many rounds. */
const confirmations = 3;
/** Less is drift: a crystal's in days without a server, or a server's own correction. */
const stepMs = 10_000;

/**
 * Wall time from several SNTP servers at once: what most of them agree on, kept by the ticks in between. So one false
 * server of three changes nothing; where there is no majority, or one server alone wants a large step, it has to say so
 * in several rounds.
 */
export class TimeKeeper {
  source: TimeSource | undefined;
  readonly #options: TimeKeeperOptions;
  readonly #backoff: Backoff;
  #offsetMs: number | undefined;
  #answers: TimeAnswer[] = [];
  #due = 0;
  /** A time that is not followed yet, and how often it was said. */
  #doubtful: { offsetMs: number; said: number } | undefined;
  readonly #cancels: Cancel[] = [];

  constructor(options: TimeKeeperOptions) {
    this.#options = options;
    this.#backoff = new Backoff(firstRetryMs, mostRetryMs, () => options.random.unit());
  }

  /** UTC milliseconds, or undefined until it is known. */
  wallMs(): number | undefined {
    return this.#offsetMs === undefined
      ? undefined
      : Math.round(this.#options.time.ticksMs() + this.#offsetMs);
  }

  /** Asks at once, and again each hour. Called each time that the network comes. */
  start(): void {
    this.stop();
    this.#answers = [];
    const { servers, time } = this.#options;
    this.#due = servers.length;
    this.#cancels.push(time.after(answerMs, () => this.count()));
    for (const server of servers) this.ask(server);
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  private ask(server: string): void {
    const { time, random, log, ask } = this.#options;
    const cookie = random.bytes(8);
    const askedMs = time.ticksMs();
    let isOver = false;
    const over = () => {
      isOver = true;
      this.#due--;
      // Outside of the socket's own callback.
      if (this.#due === 0) this.#cancels.push(time.after(0, () => this.count()));
    };
    const cancel = ask(server, sntpRequest(cookie), (packet, why) => {
      if (isOver) return;
      if (packet === undefined) {
        log('warn', `no time from ${server}: ${why ?? 'it does not answer'}`);
        over();
        return;
      }
      const nowMs = time.ticksMs();
      const roundTripMs = nowMs - askedMs;
      const answer = readSntp(packet, cookie, roundTripMs);
      // Anybody can send a packet; the server's own may still come.
      if (!answer.ok && answer.error === 'sntp.origin') return;
      if (!answer.ok) log('warn', `time of ${server} refused: ${answer.detail}`);
      else if (answer.value < earliestMs) log('warn', `time of ${server} refused: it is before this program`);
      else this.#answers.push({ server, offsetMs: answer.value - nowMs, roundTripMs });
      over();
    });
    this.#cancels.push(cancel);
  }

  private count(): void {
    this.stop();
    const { time, log, servers } = this.#options;
    const vote = voteOn(this.#answers) ?? this.firstOf(servers);
    let waitMs = this.#backoff.next();
    if (vote === undefined) {
      log('warn', `no time server answers; next try in ${Math.ceil(waitMs / 1000)} s`);
    } else if (this.isBelieved(vote.offsetMs, vote.agreeing)) {
      this.#offsetMs = vote.offsetMs;
      this.source = { server: vote.server, agreeing: vote.agreeing, atTicksMs: time.ticksMs() };
      this.#doubtful = undefined;
      this.#backoff.reset();
      waitMs = againMs;
    } else {
      waitMs = firstRetryMs;
      log('warn', `time servers do not agree; asked again in ${waitMs / 1000} s`);
    }
    this.#cancels.push(time.after(waitMs, () => this.start()));
  }

  /** Where no two agree: the first of the list that answered. */
  private firstOf(servers: readonly string[]) {
    for (const name of servers) {
      const found = this.#answers.find(({ server }) => server === name);
      if (found !== undefined) return { ...found, agreeing: 0 };
    }
    return undefined;
  }

  /** Two that agree are, one alone that says what is known already, and what was said often enough. */
  private isBelieved(offsetMs: number, agreeing: number): boolean {
    if (agreeing >= 2) return true;
    const known = this.#offsetMs;
    if (known !== undefined && Math.abs(known - offsetMs) < stepMs) return true;
    // The only one that there is, at the first time of all.
    if (known === undefined && agreeing === 1 && this.#answers.length === 1) return true;
    const before = this.#doubtful;
    const isSame = before !== undefined && Math.abs(before.offsetMs - offsetMs) < stepMs;
    this.#doubtful = { offsetMs, said: isSame ? before.said + 1 : 1 };
    return this.#doubtful.said >= confirmations;
  }
}

import { expect, test } from 'vitest';
import { decodeUtf8 } from '#core/utf8.ts';
import { decodeRecord } from '#core/wire/records.ts';
import type { HttpPort, MqttPort, Ports, RandomPort, StorePort, UpdatePort } from '#ports';
import { tornChips } from '../../simulator/faults/gateway/power-cuts.ts';
import { nodeCrypto } from '../../simulator/gateway/node-crypto.ts';
import { NorFlash } from '../../simulator/gateway/nor-flash.ts';
import { seededRandom } from '../../simulator/gateway/random.ts';
import { type ImageFault, simulatedImage } from '../../simulator/gateway/simulated-image.ts';
import { memoryStore } from '../../simulator/gateway/stores.ts';
import { PowerCut, TwoSlots } from '../../simulator/gateway/two-slots.ts';
import { LifeRig } from '../firmware/app/life-rig.ts';
import { key, oldImage, orderOf } from '../firmware/app/update-rig.ts';
import { patienceMs } from '../patience.ts';
import { seed } from '../seed.ts';
import { rounds } from './chance.ts';

const identity = { gateway: 'gw', broker: 'a.example', port: 1883, password: 'secret' };
const reachable = ['a.example', 'b.example'];

/** A whole gateway: journal in flash, two slots, its store; the supply may be cut before each step of any of them. */
class WholeRig extends LifeRig {
  readonly slots: TwoSlots;
  flash: NorFlash;
  image = oldImage;
  cuts = 0;
  /** Steps of flash, slots and store until the power is cut. */
  left = Number.POSITIVE_INFINITY;
  isDead = false;
  /** The version that runs, and what is wrong with it. */
  version = '';
  fault: ImageFault | undefined;
  /** What the journal was seen to hold, by epoch and sequence. */
  readonly seen = new Map<string, Uint8Array>();
  readonly #random: RandomPort;
  #torn: NorFlash | undefined;
  /** Counts lives: what an earlier one still does is not done. */
  #life = 0;
  /** In which life the journal was looked at, and up to which sequence. */
  #lookedAt = 0;
  #lookedUpTo = 0;

  constructor(random: RandomPort) {
    const machine: { rig?: WholeRig } = {};
    const rig = () => machine.rig as WholeRig;
    const store = memoryStore();
    const ports: Partial<Ports> = {
      crypto: nodeCrypto,
      store: {
        ...store,
        write: (name, value) => {
          rig().step();
          store.write(name, value);
        },
      } satisfies StorePort,
      http: { get: (...args) => rig().get(...args), post: () => () => {} },
      mqtt: { connect: (...args) => rig().connect(...args) },
      get flash() {
        return rig().flash;
      },
      get update() {
        return rig().port;
      },
    };
    super({ store, ports });
    machine.rig = this;
    this.#random = random;
    this.flash = this.#chip(new NorFlash({ blocks: 32, chance: () => random.unit() }));
    this.slots = new TwoSlots(oldImage, { keys: [key.publicKey], step: () => this.step() });
    this.keepIdentity(identity);
  }

  get broughtBroker(): string {
    return JSON.parse(decodeUtf8(this.store.read('identity') ?? new Uint8Array()) ?? '{}').broker;
  }

  port!: UpdatePort;

  override start(): void {
    this.isDead = false;
    this.#life++;
    try {
      const { version, fault } = this.slots.boot();
      this.version = version;
      this.fault = fault;
      this.board.firmware = version;
      this.port = this.slots.port(() => this.board.restart());
      if (fault === 'crash') this.board.reset('panic');
      else super.start();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
    }
  }

  /** Before each step of what survives. */
  step(): void {
    if (!this.isDead && this.left-- <= 0) this.die();
    if (this.isDead) throw new PowerCut();
  }

  run(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      try {
        this.time.advance(1000);
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
      }
      this.look();
    }
  }

  connect(...[options, handlers]: Parameters<MqttPort['connect']>): ReturnType<MqttPort['connect']> {
    const life = this.#life;
    const isLive = () => life === this.#life && !this.isDead;
    if (!reachable.includes(this.broughtBroker) || this.fault === 'mute') {
      const cancel = this.script.after(2000, () => handlers.onClosed('no route to it'));
      return { subscribe: () => {}, publish: () => {}, close: cancel };
    }
    const connection = this.broker.port.connect(options, {
      onConnected: () => isLive() && handlers.onConnected(),
      onMessage: (topic, payload) => isLive() && handlers.onMessage(topic, payload),
      onClosed: why => isLive() && handlers.onClosed(why),
    });
    return {
      ...connection,
      publish: (...args) => {
        if (isLive()) connection.publish(...args);
      },
    };
  }

  get(...[{ from, to }, { onBytes, onDone }]: Parameters<HttpPort['get']>): ReturnType<HttpPort['get']> {
    const life = this.#life;
    return this.script.after(100, () => {
      if (life !== this.#life || this.isDead) return;
      onBytes(this.image.subarray(from, to + 1));
      onDone(undefined);
    });
  }

  /** What the journal holds now is what it held: a sequence is one record for ever. */
  private look(): void {
    const journal = this.gateway?.journal;
    if (this.isDead || journal === undefined) return;
    const from =
      this.#lookedAt === this.#life ? Math.max(this.#lookedUpTo + 1, journal.oldest) : journal.oldest;
    this.#lookedAt = this.#life;
    this.#lookedUpTo = journal.next - 1;
    if (from === journal.next) return;
    for (const [index, record] of journal.read(from, 1e6, 1e6).entries()) {
      const name = `${journal.epoch} ${from + index}`;
      const before = this.seen.get(name);
      if (before === undefined) this.seen.set(name, record);
      else if (before.length > 0) expect(Buffer.compare(before, record), name).toBe(0);
    }
  }

  private die(): void {
    this.isDead = true;
    this.cuts++;
    this.left = Number.POSITIVE_INFINITY;
    this.script.end();
    this.broker.cutOff();
    this.time.after(1000 + this.#random.unit() * 20_000, () => {
      this.flash = this.#chip(this.#torn ?? this.flash.copy());
      this.#torn = undefined;
      this.board.reset('powerOn');
    });
  }

  #chip(flash: NorFlash): NorFlash {
    flash.before = step => {
      if (!this.isDead && this.left-- <= 0) {
        const ways = [...tornChips(flash, step, this.#random)];
        this.#torn = ways[Math.floor(this.#random.unit() * ways.length)];
        this.die();
      }
    };
    flash.fault = () => (this.isDead ? 'refused' : undefined);
    return flash;
  }
}

test(
  'a gateway that is updated, moved, restarted and cut off at any step loses nothing that it had, brings nothing twice and comes back',
  () => {
    const tally = { cuts: 0, starts: 0, records: 0, safe: 0, results: 0 };
    for (let life = 0; life < rounds(1, 60); life++) {
      const random = seededRandom(seed + life);
      const rig = new WholeRig(random);
      const results = rig.hear('result');
      const pick = <T>(...of: T[]): T => of[Math.floor(random.unit() * of.length)] as T;
      // The host confirms a network on trial by a command.
      const about = rig.hear('about');
      rig.broker.on('joulegate/gw/about', () => {
        if (rig.host.isUp && about.at(-1)?.network?.isOnTrial) rig.command({ id: 'confirm', name: 'about' });
      });
      rig.start();
      rig.run(20);
      let version = 1;
      for (let turn = 0; turn < 12; turn++) {
        rig.host.isUp = random.unit() < 0.8;
        if (random.unit() < 0.2) rig.broker.shut();
        else rig.broker.open();
        const id = `${life}-${turn}`;
        const order = pick('update', 'update', 'network', 'restart', 'nothing');
        if (order === 'update') {
          const fault = pick<ImageFault | undefined>(undefined, undefined, 'crash', 'mute');
          const text = `0.${++version}.0`;
          rig.image = simulatedImage({ version: text, ...(fault !== undefined && { fault }) }, 40_000);
          rig.command({ id, name: 'update', update: orderOf(rig.image, key, { version: text }) });
        } else if (order === 'network')
          rig.command({
            id,
            name: 'network',
            network: { broker: pick('a.example', 'b.example', 'nowhere') },
          });
        else if (order === 'restart') rig.command({ id, name: 'restart' });
        rig.left = Math.floor(random.unit() * pick(5, 20, 60));
        rig.run(pick(15, 40, 150, 400));
      }
      rig.left = Number.POSITIVE_INFINITY;
      rig.host.isUp = true;
      rig.broker.open();
      if (rig.mode === 'safe') tally.safe++;
      // A trial of ten minutes, one of five, and the wait of safe mode.
      for (let minutes = 0; minutes < 17 || (rig.mode !== 'normal' && minutes < 300); minutes++) rig.run(60);

      const where = `seed ${seed + life}`;
      const journal = rig.gateway?.journal;
      expect(rig.mode, where).toBe('normal');
      expect(reachable, where).toContain(rig.broughtBroker);
      expect(rig.fault, where).toBeUndefined();
      expect(rig.host.stored.size, where).toBe(1);
      expect(rig.host.lost.size, where).toBe(0);
      expect(rig.host.counts, where).toMatchObject({ refused: 0 });
      const stored = rig.host.stored.get(journal?.epoch ?? '') ?? [];
      expect(rig.host.watermark(journal?.epoch ?? ''), where).toBe(stored.length);
      expect((journal?.next ?? 0) - 1 - stored.length, where).toBeLessThan(4);
      for (const [name, record] of rig.seen) {
        const [epoch, sequence] = name.split(' ');
        const kept = rig.host.stored.get(epoch ?? '')?.[Number(sequence) - 1];
        if (kept !== undefined && record.length > 0)
          expect(Buffer.compare(kept, record), `${where}: ${name}`).toBe(0);
      }
      const windows = stored.filter(({ length }) => length > 0).map(record => decodeRecord(record));
      expect(windows.every(({ ok }) => ok)).toBe(true);
      const names = windows.map(window => (window.ok ? `${window.value.meter} ${window.value.startMs}` : ''));
      expect(names.length - new Set(names).size, `${where}: windows that came twice`).toBe(0);
      tally.results += results.length;
      // Commands are lost while the power is off; in the end it hears them.
      rig.command({ id: 'last', name: 'about' });
      rig.run(5);
      expect(results.at(-1), where).toMatchObject({ id: 'last', ok: true });
      tally.cuts += rig.cuts;
      tally.starts += rig.board.resets.length;
      tally.records += stored.length;
    }
    console.log(`seed ${seed}: ${JSON.stringify(tally)}`);
    expect(tally.cuts).toBeGreaterThan(5);
  },
  rounds(4 * patienceMs, 3_600_000),
);

import { createGateway, type Gateway } from '#app/gateway.ts';
import { decodeMessage } from '#core/wire/messages.ts';
import { decodeRecord, decodeRecordsMessage } from '#core/wire/records.ts';
import { parseTopic } from '#core/wire/topics.ts';
import type { MqttConnection, MqttHandlers, MqttPort } from '#ports';
import { findProfile } from '#profiles/registry.ts';
import { DirectLines } from '../gateway/direct-lines.ts';
import { nodeMqtt } from '../gateway/node-mqtt.ts';
import { nodePorts } from '../gateway/node-ports.ts';
import { nodeTime } from '../gateway/node-time.ts';
import type { AppendedRecords } from '../lab/appended.ts';
import type { ModbusSlave } from '../meters/modbus-slave.ts';
import type { Latencies } from './latencies.ts';
import { LightMeter } from './light-meter.ts';

export interface RealGatewayOptions {
  readonly id: string;
  readonly password: string;
  readonly broker: { readonly host: string; readonly port: number };
  readonly seed: number;
  readonly meters: number;
  readonly windowS: number;
  readonly sampleMs: number;
  /** Hears of every record that goes out, and how many are acknowledged. */
  readonly truth: AppendedRecords;
  readonly latencies: Latencies;
}

const lineId = 'bus';
const profileId = 'eastron-sdm120';

/**
 * The firmware's gateway on simulated Modbus meters: its poller, windows, journal and uplink, over a connection of its own.
 * What it measures is told as the truth when it first goes out.
 */
export class RealGateway {
  readonly id: string;
  readonly gateway: Gateway;
  connects = 0;
  hungUp = 0;
  refusals = 0;
  whyNot = '';
  isOnline = false;
  acked = 0;
  /** Messages that went out again, all or part of them. */
  resent = 0;
  values = 0;
  /** What acknowledgements said that cannot be. */
  readonly wrong: string[] = [];
  /** The last sequence that ever went out. */
  #seen = 0;
  readonly #options: RealGatewayOptions;
  readonly #sentMs = new Map<number, number>();
  /** How many values each record has that went out and is not acknowledged, by its sequence. */
  readonly #valuesOf = new Map<number, number>();

  constructor(options: RealGatewayOptions) {
    const { id, password, broker, seed, meters, windowS, sampleMs } = options;
    this.id = id;
    this.#options = options;
    const slaves = Array.from({ length: meters }, (_, number) => slaveOf(seed, number));
    const lines = new DirectLines({ time: nodeTime, rs485: { slaves } });
    const address = { ...broker, username: id, password };
    const ports = nodePorts({ broker: address, openSerial: lines.openSerial });
    this.gateway = createGateway({
      id,
      ports: { ...ports, mqtt: this.#watched(nodeMqtt(address)) },
      settings: {
        version: 1,
        lines: [{ id: lineId, kind: 'rs485', port: 'sim://bus', baud: 9600 }],
        meters: slaves.map(({ address: unit }) => ({
          id: `meter-${unit}`,
          name: `Meter ${unit}`,
          profile: profileId,
          line: lineId,
          address: unit,
          windowS,
          sampleMs,
        })),
      },
    });
  }

  /** Records in its journal. */
  get waiting(): number {
    return this.gateway.journal.next - this.gateway.journal.oldest;
  }

  get appended(): number {
    return this.gateway.journal.next - 1;
  }

  /** Records that it measured and had no room to keep. */
  get dropped(): number {
    return this.gateway.journal.dropped;
  }

  #watched(port: MqttPort): MqttPort {
    return {
      connect: (options, handlers) => {
        const connection = port.connect(options, this.#hearing(handlers));
        return this.#noting(connection);
      },
    };
  }

  #hearing(handlers: MqttHandlers): MqttHandlers {
    return {
      onConnected: () => {
        this.connects++;
        this.isOnline = true;
        handlers.onConnected();
      },
      onMessage: (topic, payload) => {
        if (parseTopic(topic)?.channel === 'ack') this.#acknowledged(payload);
        handlers.onMessage(topic, payload);
      },
      onClosed: why => {
        if (this.isOnline) this.hungUp++;
        else {
          this.refusals++;
          this.whyNot = why;
        }
        this.isOnline = false;
        handlers.onClosed(why);
      },
    };
  }

  #noting(connection: MqttConnection): MqttConnection {
    return {
      subscribe: topics => connection.subscribe(topics),
      publish: (topic, payload, options) => {
        if (parseTopic(topic)?.channel === 'records') this.#sent(payload);
        connection.publish(topic, payload, options);
      },
      close: () => connection.close(),
    };
  }

  #sent(payload: Uint8Array): void {
    const message = decodeRecordsMessage(payload.slice());
    if (!message.ok) throw new Error(`${this.id} sends what is no message of records: ${message.detail}`);
    const { first, records } = message.value;
    if (first <= this.#seen) this.resent++;
    for (const [index, record] of records.entries()) {
      const sequence = first + index;
      if (sequence <= this.#seen) continue;
      this.#seen = sequence;
      this.#options.truth.append(this.id, record);
      const decoded = decodeRecord(record);
      this.#valuesOf.set(sequence, decoded.ok ? decoded.value.values.length : 0);
    }
    const last = first + records.length - 1;
    if (!this.#sentMs.has(last)) this.#sentMs.set(last, performance.now());
  }

  #acknowledged(payload: Uint8Array): void {
    const ack = decodeMessage('ack', payload);
    if (!ack.ok || ack.value.epoch !== this.gateway.journal.epoch || ack.value.sequence <= this.acked) return;
    if (ack.value.sequence > this.#seen) {
      this.wrong.push(
        `${this.id}: ${ack.value.sequence} is acknowledged, and ${this.#seen} was the last one sent`,
      );
      return;
    }
    for (let sequence = this.acked + 1; sequence <= ack.value.sequence; sequence++) {
      this.values += this.#valuesOf.get(sequence) ?? 0;
      this.#valuesOf.delete(sequence);
    }
    this.acked = ack.value.sequence;
    // Sequences of what was dropped never went out: all that did is acknowledged, but what still waits.
    const { truth } = this.#options;
    truth.acknowledge(this.id, truth.records(this.id).length - this.#valuesOf.size);
    for (const [last, sentMs] of this.#sentMs) {
      if (last > this.acked) break;
      this.#options.latencies.add(performance.now() - sentMs);
      this.#sentMs.delete(last);
    }
  }
}

/** A meter whose values are those of a light one at the same instant. */
function slaveOf(seed: number, number: number): ModbusSlave {
  const meter = new LightMeter(seed, number);
  const profile = findProfile(profileId);
  if (profile?.kind !== 'modbus') throw new Error(`there is no profile ${profileId}`);
  return { address: number + 1, profile, read: quantity => meter.reading(quantity, Date.now() / 1000) };
}

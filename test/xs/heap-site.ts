import { createGateway, type Gateway } from '#app/gateway.ts';
import { toHex } from '#core/bytes.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { decodeMessage, encodeMessage } from '#core/wire/messages.ts';
import { decodeRecordsMessage } from '#core/wire/records.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { topicOf } from '#core/wire/topics.ts';
import type { MqttHandlers, MqttPort, Ports } from '#ports';
import type { ModbusProfile } from '#profiles/profile.ts';
import { findProfile } from '#profiles/registry.ts';
import { bareBoard, noCrypto } from '../../simulator/gateway/board.ts';
import { VirtualTime } from '../../simulator/gateway/virtual-time.ts';
import { answerOf } from '../../simulator/meters/modbus-slave.ts';
import { SmlHead } from '../../simulator/meters/sml-head.ts';

export interface HeapSiteOptions {
  /** Profiles of the Modbus meters on one line, at the addresses from 1 on. */
  readonly profiles: readonly string[];
  readonly hasHead: boolean;
  readonly sampleMs?: number;
}

const id = 'gw';

/** A value in the middle of what its quantity can be, in whole numbers. */
function middling(quantity: QuantityId): number {
  const { min, max, kind } = quantities[quantity];
  if (kind === 'counter') return 1_234_000;
  return Math.max(Math.ceil(min), Math.min(50, Math.floor(max)));
}

const settingsOf = ({ profiles, hasHead, sampleMs = 2000 }: HeapSiteOptions): GatewaySettings => ({
  version: 1,
  lines: [
    ...(profiles.length > 0 ? [{ id: 'bus', kind: 'rs485', port: 'uart1', baud: 115_200 } as const] : []),
    ...(hasHead ? [{ id: 'head', kind: 'ir', port: 'uart2' } as const] : []),
  ],
  meters: [
    ...profiles.map((profile, index) => ({
      id: `meter-${index + 1}`,
      name: `Meter ${index + 1}`,
      profile,
      line: 'bus',
      address: index + 1,
      sampleMs,
    })),
    ...(hasHead ? [{ id: 'utility', name: 'Utility', profile: 'sml-meter', line: 'head' }] : []),
  ],
});

/**
 * A gateway whose heap is measured: meters that always show the same, a broker and a host that acknowledge at once, all
 * made so that they hold nothing of their own that grows.
 */
export class HeapSite {
  readonly time = new VirtualTime({ wallMs: 1_795_000_000_000 });
  polls = 0;
  connects = 0;
  acknowledged = 0;
  named = 0;
  #isScanned = false;
  isBrokerUp = true;
  gateway: Gateway | undefined;
  #client: MqttHandlers | undefined;
  readonly #answers = new Map<string, Uint8Array>();
  readonly #profiles: readonly ModbusProfile[];
  readonly #telegram: Uint8Array;

  constructor(options: HeapSiteOptions) {
    this.#profiles = options.profiles.map(name => {
      const profile = findProfile(name);
      if (profile?.kind !== 'modbus') throw new Error(`no Modbus profile ${name}`);
      return profile;
    });
    this.#telegram = new SmlHead({ read: middling }).telegram(1).slice();
    this.gateway = createGateway({ id, ports: this.#ports(), settings: settingsOf(options) });
  }

  /** Lets the broker be away, or cuts all connections and lets it be there. */
  setBroker(isUp: boolean): void {
    this.isBrokerUp = isUp;
    const client = this.#client;
    this.#client = undefined;
    client?.onClosed('cut');
  }

  /** The host wants to know who is at these addresses of the bus. */
  scan(fromAddress: number, toAddress: number): void {
    // What is asked once is not kept.
    this.#isScanned = true;
    const command = {
      v: 1,
      id: 'scan',
      name: 'scan',
      line: 'bus',
      scan: { fromAddress, toAddress },
    } as const;
    this.#client?.onMessage(topicOf(id, 'command'), encodeMessage('command', command));
  }

  /** The gateway stops and is given up; its ports stay. */
  drop(): void {
    this.gateway?.stop();
    this.gateway = undefined;
  }

  #ports(): Ports {
    const { time } = this;
    const stored = new Map<string, Uint8Array>();
    return {
      time,
      random: { bytes: count => new Uint8Array(count).fill(7), unit: () => 0.5 },
      mqtt: this.#mqtt(),
      openSerial: (line, { onBytes }) => {
        let isOpen = true;
        const send = () => {
          if (!isOpen) return;
          onBytes(this.#telegram);
          time.after(1000, send);
        };
        if (line.kind === 'ir') time.after(1000, send);
        return {
          write: bytes => {
            const answer = this.#answer(bytes);
            this.polls++;
            if (answer !== undefined)
              time.after(15 + (bytes.length + answer.length) * 0.1, () => onBytes(answer));
          },
          close: () => {
            isOpen = false;
          },
        };
      },
      openI2c: () => {
        throw new Error('there is no I2C');
      },
      store: {
        read: key => stored.get(key),
        write: (key, value) => void stored.set(key, value.slice()),
        remove: key => void stored.delete(key),
        erase: () => stored.clear(),
      },
      crypto: noCrypto,
      board: bareBoard(),
      log: () => {},
    };
  }

  #answer(request: Uint8Array): Uint8Array | undefined {
    const key = toHex(request);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const address = request[0] as number;
    const profile = this.#profiles[address - 1];
    const answer = profile && answerOf({ address, profile, read: middling }, request);
    if (answer !== undefined && !this.#isScanned) this.#answers.set(key, answer);
    return answer;
  }

  #mqtt(): MqttPort {
    return {
      connect: (_options, handlers) => {
        let isOpen = true;
        this.time.after(5, () => {
          if (!isOpen) return;
          if (!this.isBrokerUp) handlers.onClosed('refused');
          else {
            this.#client = handlers;
            this.connects++;
            handlers.onConnected();
          }
        });
        return {
          subscribe: () => {},
          publish: (topic, payload) => {
            if (topic === topicOf(id, 'records')) this.#acknowledge(payload);
            if (topic === topicOf(id, 'scan')) this.#countNamed(payload);
          },
          close: () => {
            isOpen = false;
            if (this.#client === handlers) this.#client = undefined;
          },
        };
      },
    };
  }

  #countNamed(payload: Uint8Array): void {
    const scan = decodeMessage('scan', payload);
    if (!scan.ok) throw new Error(scan.detail);
    this.named = scan.value.found.filter(({ profile }) => profile !== null).length;
  }

  #acknowledge(payload: Uint8Array): void {
    const decoded = decodeRecordsMessage(payload);
    if (!decoded.ok) throw new Error(decoded.detail);
    const { epoch, first, records } = decoded.value;
    const sequence = first + records.length - 1;
    this.time.after(20, () => {
      this.acknowledged = sequence;
      this.#client?.onMessage(topicOf(id, 'ack'), encodeMessage('ack', { v: 1, epoch, sequence }));
    });
  }
}

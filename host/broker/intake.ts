import { limits } from '#core/limits.ts';
import { parseTopic, type UpChannel, upChannels } from '#core/wire/topics.ts';
import type { BrokerOptions } from './broker.ts';
import type { BrokerCounters } from './counters.ts';
import { Flood } from './flood.ts';
import { brokerLimits } from './limits.ts';

export interface IntakeOptions extends Pick<BrokerOptions, 'onMessage' | 'onRefused'> {
  readonly counters: BrokerCounters;
  /** Monotonic. */
  readonly nowMs: () => number;
}

/** What every message of a gateway passes, whichever broker brought it: whose topic, how large, how many. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #flood: Flood;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#flood = new Flood(options.nowMs);
  }

  /**
   * Who speaks and on which of its up-channels, or undefined where the topic is none: counted and told. `speaker` is
   * the gateway whose connection it came by; without it the external broker has seen to that.
   */
  sender(topic: string, speaker?: string): { gateway: string; channel: UpChannel } | undefined {
    const { counters, onRefused } = this.#options;
    counters.received++;
    const parsed = parseTopic(topic);
    if (
      parsed !== undefined &&
      isUpChannel(parsed.channel) &&
      parsed.gateway === (speaker ?? parsed.gateway)
    ) {
      if (this.#isKnown(parsed.gateway)) return { gateway: parsed.gateway, channel: parsed.channel };
      counters.gatewaysRefused++;
      const most = brokerLimits.gateways;
      onRefused(
        undefined,
        'mqtt.gateways',
        `${parsed.gateway} is one more than the ${most} that are allowed`,
      );
      return undefined;
    }
    counters.foreign++;
    const detail = `published to ${JSON.stringify(topic.slice(0, 80))}, which is not its own`;
    onRefused(speaker, 'mqtt.foreign', detail);
    return undefined;
  }

  /** Hands the message on, unless it is too large or one too many: counted and told. Whether it did. */
  take(gateway: string, channel: UpChannel, payload: Uint8Array): boolean {
    const { counters, onMessage, onRefused } = this.#options;
    if (payload.length > limits.mqttPacketUpBytes) {
      counters.packetsTooLarge++;
      const most = limits.mqttPacketUpBytes;
      onRefused(gateway, 'mqtt.tooLarge', `payload of ${payload.length} bytes; at most ${most} are allowed`);
      return false;
    }
    const outcome = this.#flood.take(gateway, payload.length);
    if (outcome === 'passed') {
      onMessage(gateway, channel, payload);
      return true;
    }
    counters.flooded++;
    if (outcome === 'refused') return false;
    const { perSecond } = brokerLimits.flood;
    onRefused(gateway, 'mqtt.flood', `sent more than the ${perSecond} messages a second that are allowed`);
    return false;
  }

  /** Each is kept account of for good, so there is a bound to how many an external broker can make up. */
  #isKnown(gateway: string): boolean {
    return this.#flood.has(gateway) || this.#flood.size < brokerLimits.gateways;
  }
}

const isUpChannel = (channel: string): channel is UpChannel =>
  (upChannels as readonly string[]).includes(channel);

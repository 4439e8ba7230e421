import { randomUUID } from 'node:crypto';
import type { Message } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Broker } from '../broker/broker.ts';
import type { Events } from '../events.ts';
import { hostLimits } from '../limits.ts';
import type { ApiCounters } from './api-counters.ts';
import { ApiFailure } from './errors.ts';

export type Command = Omit<Message<'command'>, 'v' | 'id'>;

interface Waiting {
  readonly gateway: string;
  readonly done: (result: Message<'result'>) => void;
}

export interface CommandDeskOptions {
  readonly broker: Pick<Broker, 'send'>;
  readonly events: Events;
  readonly counters: ApiCounters;
  /** How long a gateway may take to answer. */
  readonly timeoutMs: number;
}

/** Sends commands to gateways and brings each its own answer. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #stop: () => void;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
    this.#stop = options.events.on(event => {
      if (event.type !== 'result') return;
      const waiting = this.#waiting.get(event.message.id);
      // Ids are this host's own and random; all the same a gateway answers for itself alone.
      if (waiting?.gateway === event.gateway) waiting.done(event.message);
    });
  }

  /** The gateway's answer. @throws ApiFailure commands.tooMany, gateway.silent */
  async ask(gateway: string, command: Command): Promise<Message<'result'>> {
    const { broker, counters, timeoutMs } = this.#options;
    if (this.#waiting.size >= hostLimits.commandsWaiting.most) {
      counters.commandsRefused++;
      throw new ApiFailure('commands.tooMany', { retryAfterS: Math.ceil(timeoutMs / 1000) });
    }
    counters.commands++;
    const id = randomUUID();
    const answer = await new Promise<Message<'result'> | undefined>(resolve => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs).unref();
      const done = (result: Message<'result'>) => {
        clearTimeout(timer);
        resolve(result);
      };
      this.#waiting.set(id, { gateway, done });
      broker.send(gateway, 'command', { ...command, v: protocolVersion, id });
    });
    this.#waiting.delete(id);
    if (answer !== undefined) return answer;
    counters.commandsUnanswered++;
    throw new ApiFailure('gateway.silent', {
      message: `Gateway ${gateway} is connected, and did not answer within ${timeoutMs / 1000} s.`,
    });
  }

  close(): void {
    this.#stop();
  }
}

import { commandPacket, commands, PacketReader, packetTypes, resultOf } from './improv-packets.ts';

export interface ImprovOptions {
  /** Sends bytes to the board. */
  readonly write: (bytes: Uint8Array) => void;
  /** Calls back after so long, until it is cancelled; the browser's own where it is left out. */
  readonly after?: (delayMs: number, callback: () => void) => () => void;
}

/** A board that waits to be set up. */
export interface NewBoard {
  readonly firmware: string;
  readonly chip: string;
  readonly device: string;
  /** False for a board with Ethernet alone: it needs no WiFi. */
  readonly hasWifi: boolean;
}

export interface WifiNetwork {
  readonly name: string;
  readonly rssiDbm: number;
  readonly isOpen: boolean;
}

/**
 * Why a board did not do it: `fault` is its own name of it (`wifi.password`, `host.unreachable`, …), or `silent` where
 * nothing that speaks Improv answers; `message` are its words, in English.
 */
export class ImprovFailure extends Error {
  override readonly name = 'ImprovFailure';
  readonly fault: string;

  constructor(fault: string, message = '') {
    super(message);
    this.fault = fault;
  }
}

/** A board that was reset by the port being opened takes some seconds until it listens. */
const helloTries = 12;
const helloMs = 1000;
const answerMs = 5000;
const scanMs = 20_000;
/** Longer than the gateway itself tries (`firmware/app/provision.ts`): it tells the reason then. */
const joinMs = 40_000;
const pairMs = 150_000;

const unableToConnect = 3;

const inBrowser: NonNullable<ImprovOptions['after']> = (delayMs, callback) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

interface Asked {
  readonly command: number;
  /** Whether these texts are the last; several results may answer one command. */
  readonly took: (texts: string[]) => boolean;
  readonly failed: (error: number) => void;
  readonly done: () => void;
}

/** Gives a new gateway its WiFi and pairs it over the serial port; one question at a time. */
export class ImprovClient {
  readonly #write: ImprovOptions['write'];
  readonly #after: NonNullable<ImprovOptions['after']>;
  readonly #reader = new PacketReader();
  #asked: Asked | null = null;

  constructor({ write, after = inBrowser }: ImprovOptions) {
    this.#write = write;
    this.#after = after;
  }

  /** What the board sent. */
  take(bytes: Uint8Array): void {
    for (const { type, data } of this.#reader.add(bytes)) {
      const asked = this.#asked;
      if (asked === null) continue;
      if (type === packetTypes.error && data[0] !== 0) asked.failed(data[0] ?? 0xff);
      if (type !== packetTypes.result) continue;
      const result = resultOf(data);
      if (result?.command === asked.command && asked.took(result.texts)) asked.done();
    }
  }

  /** Who is there. @throws ImprovFailure `silent`, or `other` where it is no Joulegate. */
  async hello(): Promise<NewBoard> {
    for (let tries = 1; ; tries++) {
      try {
        const [name = '', firmware = '', chip = '', device = ''] = await this.#ask(
          commands.info,
          [],
          helloMs,
        );
        if (name !== 'Joulegate') throw new ImprovFailure('other', name);
        const [flags = '2'] = await this.#ask(commands.networkState, [], answerMs);
        return { firmware, chip, device, hasWifi: (Number(flags) & 2) !== 0 };
      } catch (error) {
        const isSilent = error instanceof ImprovFailure && error.fault === 'silent';
        if (!isSilent || tries === helloTries) throw error;
      }
    }
  }

  /** Networks that the board hears, the strongest first, each name once. @throws ImprovFailure */
  async networks(): Promise<WifiNetwork[]> {
    const found: WifiNetwork[] = [];
    await this.#ask(commands.networks, [], scanMs, texts => {
      const [name = '', rssi = '', needsPassword = ''] = texts;
      if (texts.length > 0) found.push({ name, rssiDbm: Number(rssi), isOpen: needsPassword === 'NO' });
      return texts.length === 0;
    });
    const sorted = found.filter(({ name }) => name !== '').sort((a, b) => b.rssiDbm - a.rssiDbm);
    return sorted.filter(({ name }, index) => sorted.findIndex(one => one.name === name) === index);
  }

  /** Has it join a network. @throws ImprovFailure with what hindered it */
  async join(name: string, password: string): Promise<void> {
    await this.#order(commands.wifi, [name, password], joinMs);
  }

  /**
   * Has it pair with a host by a code; host `''`: the one that it finds by itself. Gives its id there, and whether it has
   * reached the host's broker yet. @throws ImprovFailure with what hindered it
   */
  async pair(host: string, code: string): Promise<{ gateway: string; isConnected: boolean }> {
    const [gateway = ''] = await this.#order(commands.pair, [host, code], pairMs);
    const [state = ''] = await this.#ask(commands.tell, [], answerMs);
    return { gateway, isConnected: state === 'done' };
  }

  /** Whatever is under way ends: the port is gone. */
  stop(): void {
    this.#asked?.failed(0);
  }

  /** The standard knows one error for all that can hinder a board; ours say which in words of their own. */
  async #order(command: number, texts: readonly string[], waitMs: number): Promise<string[]> {
    try {
      return await this.#ask(command, texts, waitMs);
    } catch (error) {
      if (!(error instanceof ImprovFailure) || error.fault !== 'unableToConnect') throw error;
      const [, fault = '', said = ''] = await this.#ask(commands.tell, [], answerMs);
      throw new ImprovFailure(fault === '' ? 'busy' : fault, said);
    }
  }

  #ask(
    command: number,
    texts: readonly string[],
    waitMs: number,
    isLast: (texts: string[]) => boolean = () => true,
  ): Promise<string[]> {
    if (this.#asked !== null) return Promise.reject(new ImprovFailure('busy'));
    return new Promise((resolve, reject) => {
      let last: string[] = [];
      const end = (settle: () => void) => {
        cancel();
        this.#asked = null;
        settle();
      };
      const cancel = this.#after(waitMs, () => end(() => reject(new ImprovFailure('silent'))));
      this.#asked = {
        command,
        took: given => {
          last = given;
          return isLast(given);
        },
        failed: error =>
          end(() => reject(new ImprovFailure(error === unableToConnect ? 'unableToConnect' : 'refused'))),
        done: () => end(() => resolve(last)),
      };
      try {
        this.#write(commandPacket(command, texts));
      } catch (error) {
        end(() => reject(error));
      }
    });
  }
}

import {
  type ImprovCommand,
  ImprovReader,
  improvCommands,
  improvError,
  improvErrors,
  improvResult,
  improvState,
  improvStates,
} from '../core/improv.ts';
import type { Ports, SerialPort } from '../ports.ts';
import type { Provisioning } from './provision.ts';
import { wordsOf } from './provision-words.ts';

export interface ImprovOptions {
  readonly ports: Pick<Ports, 'time' | 'board' | 'network'>;
  readonly provisioning: Pick<Provisioning, 'begin' | 'state' | 'isBusy' | 'fault' | 'wifiName' | 'gateway'>;
  readonly device: string;
  readonly write: SerialPort['write'];
}

/** A packet is not interrupted for so long. */
const silenceMs = 2000;

/**
 * Improv over serial: any client can give the gateway its WiFi and is then led to the gateway's own page, where host and
 * code are asked for; our page sends these, too (`pair`), and can ask in words how it goes (`tell`). Passwords and codes are
 * never sent back.
 */
export class Improv {
  readonly #options: ImprovOptions;
  readonly #reader: ImprovReader;
  #lastTicks = 0;
  /** The command whose outcome is still owed. */
  #owed: number | undefined;
  #told = 0;

  constructor(options: ImprovOptions) {
    this.#options = options;
    this.#reader = new ImprovReader(
      command => this.do(command),
      () => this.send(improvError(improvErrors.invalidPacket)),
    );
  }

  take(bytes: Uint8Array): void {
    const ticks = this.#options.ports.time.ticksMs();
    if (ticks - this.#lastTicks > silenceMs) this.#reader.reset();
    this.#lastTicks = ticks;
    this.#reader.add(bytes);
  }

  /** State or fault is another: tells the new state, and ends the command that was waiting for it. */
  changed(): void {
    const { provisioning } = this.#options;
    const state = this.state();
    if (state !== this.#told) this.tellState();
    const owed = this.#owed;
    if (owed === undefined || (provisioning.isBusy && !isOver(provisioning.state))) return;
    this.#owed = undefined;
    if (provisioning.fault !== undefined && provisioning.state !== 'stored')
      this.send(improvError(improvErrors.unableToConnect));
    else if (owed === improvCommands.pair) this.send(improvResult(owed, [provisioning.gateway ?? '']));
    else this.send(improvResult(owed, this.urls()));
  }

  private do({ command, texts }: ImprovCommand): void {
    if (texts === undefined) {
      this.send(improvError(improvErrors.invalidPacket));
      return;
    }
    this.send(improvError(improvErrors.none));
    switch (command) {
      case improvCommands.state:
        this.tellState();
        if (this.state() === improvStates.provisioned)
          this.send(improvResult(improvCommands.state, this.urls()));
        return;
      case improvCommands.info: {
        const { firmware, chip } = this.#options.ports.board;
        this.send(improvResult(command, ['Joulegate', firmware, chip, this.#options.device]));
        return;
      }
      case improvCommands.networks:
        this.scan();
        return;
      case improvCommands.networkState: {
        const urls = this.urls();
        const flags = (urls.length > 0 ? 1 : 0) | (this.#options.ports.network === undefined ? 4 : 2);
        this.send(improvResult(command, [String(flags), ...urls]));
        return;
      }
      case improvCommands.wifi:
        this.begin(command, texts[0] ?? '', texts[1] ?? '', '', '');
        return;
      case improvCommands.pair:
        this.begin(command, this.#options.provisioning.wifiName, '', texts[0] ?? '', texts[1] ?? '');
        return;
      case improvCommands.tell: {
        const { state, fault } = this.#options.provisioning;
        const words = wordsOf('en');
        this.send(
          improvResult(command, [
            state,
            fault ?? '',
            fault === undefined ? words.states[state] : words.faults[fault],
          ]),
        );
        return;
      }
      default:
        this.send(improvError(improvErrors.unknownCommand));
    }
  }

  private begin(command: number, wifiName: string, wifiPassword: string, host: string, code: string): void {
    const { provisioning } = this.#options;
    if (provisioning.isBusy) {
      this.send(improvError(improvErrors.unableToConnect));
      return;
    }
    this.#owed = command;
    // A mistake in the order itself is told by `changed`, which `begin` calls.
    provisioning.begin({ wifiName, wifiPassword, host, code });
  }

  private scan(): void {
    const { network } = this.#options.ports;
    const end = () => this.send(improvResult(improvCommands.networks, []));
    if (network === undefined) {
      end();
      return;
    }
    network.scan(networks => {
      for (const { name, rssiDbm, isOpen } of networks)
        this.send(improvResult(improvCommands.networks, [name, String(rssiDbm), isOpen ? 'NO' : 'YES']));
      end();
    });
  }

  private urls(): string[] {
    const address = this.#options.ports.network?.address();
    return address === undefined ? [] : [`http://${address}/`];
  }

  private tellState(): void {
    this.#told = this.state();
    this.send(improvState(this.#told));
  }

  private state(): number {
    const { state } = this.#options.provisioning;
    if (state === 'waiting') return improvStates.authorized;
    return state === 'joining' ? improvStates.provisioning : improvStates.provisioned;
  }

  private send(bytes: Uint8Array): void {
    this.#options.write(bytes);
  }
}

const isOver = (state: Provisioning['state']): boolean => state === 'done' || state === 'stored';

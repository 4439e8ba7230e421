import type { PairGrant } from '../core/pairing-messages.ts';
import type { Cancel, MqttPort, Ports, SerialPort, StorePort } from '../ports.ts';
import { Button } from './button.ts';
import { factoryReset } from './factory-reset.ts';
import { Improv } from './improv.ts';
import { Light } from './light.ts';
import { deviceName } from './pair.ts';
import { Provisioning, type ProvisionState } from './provision.ts';
import { provisionAnswer } from './provision-server.ts';

export interface ProvisionerOptions {
  readonly ports: Ports;
  /** A name of the device's own; default: one that it makes and keeps. */
  readonly device?: string;
  /** Whether it has an identity already: then all of it closes after 5 minutes. */
  readonly isPaired: boolean;
  /** Of the access point; without it that is open. */
  readonly accessPointPassword?: string;
  readonly mqttOf: (grant: PairGrant, reached: string) => MqttPort;
  /** Done, or closed: the machine restarts as what it now is. */
  readonly restart: () => void;
}

/** Where an access point of the SDK has its own address. */
const home = 'http://192.168.4.1/';
const pagePort = 80;
const openMs = 300_000;
const networksMost = 20;
const askedKey = 'provision';

/** At the next start the gateway opens itself for 5 minutes to be set up anew: what a short press of the button asks for. */
export const askForProvisioning = (store: StorePort): void => store.write(askedKey, Uint8Array.of(1));

/** Whether that was asked for, this once. */
export function takeProvisioningAsked(store: StorePort): boolean {
  const isAsked = store.read(askedKey) !== undefined;
  if (isAsked) store.remove(askedKey);
  return isAsked;
}

/**
 * A gateway that waits to be told its network and host: an access point with a captive page, the same page on the network
 * that it joins, and Improv over serial. It measures nothing meanwhile.
 */
export class Provisioner {
  readonly #options: ProvisionerOptions;
  readonly #provisioning: Provisioning;
  readonly #improv: Improv;
  readonly #token: Uint8Array;
  readonly #device: string;
  #networks: readonly { readonly name: string; readonly rssiDbm: number }[] = [];
  #console: SerialPort | undefined;
  #isScanning = false;
  /** The five minutes are over: what is under way may end, and nothing begins any more. */
  #isOver = false;
  #cancels: Cancel[] = [];
  readonly #light: Light;

  constructor(options: ProvisionerOptions) {
    const { ports, mqttOf, device = deviceName(ports) } = options;
    this.#options = options;
    this.#device = device;
    this.#token = ports.random.bytes(16);
    this.#light = new Light({ ports, lightState: () => 'unprovisioned' });
    this.#provisioning = new Provisioning({
      ports,
      device,
      mqttOf,
      changed: () => {
        this.#improv.changed();
        if (this.#isOver) this.close();
      },
      finished: () => this.restart(),
    });
    this.#improv = new Improv({
      ports,
      provisioning: this.#provisioning,
      device,
      write: bytes => this.#console?.write(bytes),
    });
  }

  get state(): ProvisionState {
    return this.#provisioning.state;
  }

  start(): void {
    const { ports, isPaired } = this.#options;
    const { time, log } = ports;
    log(
      'info',
      isPaired ? 'open for 5 minutes to be set up anew' : 'not set up yet: open for WiFi, host and code',
    );
    this.open('access point', () => this.openAccessPoint());
    this.open('page', () => this.openPage());
    this.open('console', () => this.openConsole());
    this.scan();
    this.#light.start();
    new Button({ ports, onPress: () => {}, onHold: () => this.forget() });
    if (isPaired) this.#cancels.push(time.after(openMs, () => this.close()));
  }

  stop(): void {
    this.#light.stop();
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#provisioning.stop();
  }

  private forget(): void {
    this.stop();
    factoryReset(this.#options.ports);
  }

  /** One way in that cannot be opened leaves the others. */
  private open(what: string, open: () => void): void {
    try {
      open();
    } catch (error) {
      this.#options.ports.log('warn', `the ${what} is not there: ${String(error)}`);
    }
  }

  private openAccessPoint(): void {
    const { ports, accessPointPassword } = this.#options;
    const { network } = ports;
    if (network === undefined) return;
    const name = `Joulegate ${this.#device.slice(-4)}`;
    this.#cancels.push(network.openAccessPoint(name, accessPointPassword));
  }

  private openPage(): void {
    const { ports } = this.#options;
    const { httpServer, network } = ports;
    if (httpServer === undefined) return;
    const answers = {
      provisioning: this.#provisioning,
      device: this.#device,
      hasWifi: network !== undefined,
      token: this.#token,
      home,
      networks: () => this.#networks,
      scan: () => this.scan(),
    };
    this.#cancels.push(httpServer.listen(pagePort, request => provisionAnswer(answers, request)));
  }

  private openConsole(): void {
    const { openConsole, log } = this.#options.ports;
    if (openConsole === undefined) return;
    const port = openConsole({
      onBytes: bytes => this.#improv.take(bytes),
      onClosed: why => {
        this.#console = undefined;
        log('warn', `the console is gone: ${why}`);
      },
    });
    this.#console = port;
    this.#cancels.push(() => port.close());
  }

  private scan(): void {
    const { network } = this.#options.ports;
    if (network === undefined || this.#isScanning || this.#provisioning.isBusy) return;
    this.#isScanning = true;
    network.scan(found => {
      this.#isScanning = false;
      // Several stations of one name are one network; the strongest is kept.
      const byName = new Map<string, number>();
      for (const { name, rssiDbm } of found)
        if (name !== '' && rssiDbm > (byName.get(name) ?? -1000)) byName.set(name, rssiDbm);
      this.#networks = [...byName]
        .map(([name, rssiDbm]) => ({ name, rssiDbm }))
        .sort((one, other) => other.rssiDbm - one.rssiDbm)
        .slice(0, networksMost);
    });
  }

  /** At once, or when what is under way has ended: who goes on trying must not keep a gateway from measuring. */
  private close(): void {
    this.#isOver = true;
    // Outside of the callback that told of the end, which still has an answer to send.
    if (!this.#provisioning.isBusy)
      this.#cancels.push(this.#options.ports.time.after(0, () => this.restart()));
  }

  private restart(): void {
    this.stop();
    this.#options.restart();
  }
}

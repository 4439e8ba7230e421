import type { NetworkPort, TimePort } from '#ports';

export interface SimulatedWifi {
  readonly name: string;
  /** Absent: open. */
  readonly password?: string;
  readonly rssiDbm?: number;
}

export interface SimulatedNetworkOptions {
  readonly time: Pick<TimePort, 'after'>;
  readonly networks: readonly SimulatedWifi[];
  /** Hosts that are found by mDNS once a network is joined. */
  readonly hosts?: readonly { readonly name: string; readonly address: string; readonly port: number }[];
  /** The gateway's own address in each of them. */
  readonly address?: string;
}

const joinMs = 300;
const scanMs = 300;
const findMs = 300;

/** WiFi that a gateway can join, refuse its password, or not find; and an access point of its own that is only counted. */
export class SimulatedNetwork implements NetworkPort {
  /** The network it is on. */
  joined: string | undefined;
  /** Name of the access point while it is open. */
  accessPoint: string | undefined;
  joins = 0;
  readonly #options: SimulatedNetworkOptions;

  constructor(options: SimulatedNetworkOptions) {
    this.#options = options;
  }

  join(
    wifi: { readonly name: string; readonly password?: string },
    changed: (isUp: boolean, why?: string) => void,
  ) {
    this.joins++;
    const { time, networks } = this.#options;
    const cancel = time.after(joinMs, () => {
      const found = networks.find(({ name }) => name === wifi.name);
      if (found === undefined) changed(false, 'not found');
      else if (found.password !== wifi.password) changed(false, 'password');
      else {
        this.joined = wifi.name;
        changed(true);
      }
    });
    return () => {
      cancel();
      this.joined = undefined;
    };
  }

  openAccessPoint(name: string) {
    this.accessPoint = name;
    return () => {
      this.accessPoint = undefined;
    };
  }

  scan(done: Parameters<NetworkPort['scan']>[0]) {
    const { time, networks } = this.#options;
    time.after(scanMs, () =>
      done(
        networks.map(({ name, password, rssiDbm = -60 }) => ({
          name,
          rssiDbm,
          isOpen: password === undefined,
        })),
      ),
    );
  }

  findHosts(found: Parameters<NetworkPort['findHosts']>[0]) {
    const { time, hosts = [] } = this.#options;
    return time.after(findMs, () => {
      if (this.joined !== undefined) for (const host of hosts) found(host);
    });
  }

  address(): string | undefined {
    return this.joined === undefined ? undefined : (this.#options.address ?? '127.0.0.1');
  }
}

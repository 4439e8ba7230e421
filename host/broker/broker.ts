import type { Message } from '#core/wire/messages.ts';
import type { DownChannel, UpChannel } from '#core/wire/topics.ts';
import type { HostSettings, MqttVersion } from '../settings.ts';
import type { HostTls } from '../tls/host-tls.ts';
import type { DeviceDesk } from './devices.ts';
import { startEmbeddedBroker } from './embedded.ts';
import { connectBroker } from './external.ts';
import type { ProgramDesk } from './postings.ts';
import type { ProgramAccess } from './program-access.ts';

/** The MQTT broker, as the rest of the host sees it: the embedded one or the connection to an external one. */
export interface Broker {
  /** Where gateways find it, as far as the host knows: behind a name or a proxy it is elsewhere. */
  readonly url: string;
  /** The port it listens on, also where 0 was asked for. That of TLS where there is no other. */
  readonly port: number;
  /** Where it speaks TLS, if it does, with the host's own certificate. */
  readonly tlsPort?: number | undefined;
  /**
   * Sends QoS 1. `settings/desired` is retained for a gateway that is away; anything else to a gateway that is
   * not connected is dropped, for it would be stale when it arrives.
   */
  send<C extends DownChannel>(gateway: string, channel: C, message: Message<C>): void;
  connected(gateway: string): boolean;
  /**
   * Ends the gateway's connection, if there is one: its credential was changed or withdrawn. An external broker has
   * credentials of its own, and this does nothing there.
   */
  disconnect(gateway: string): void;
  /**
   * Lets programs in, beside the gateways; before it none is. An external broker has rights of its own: there neither
   * this nor the two after it does anything.
   */
  serve(programs: ProgramAccess): void;
  programConnected(program: string): boolean;
  /** Ends the program's connection, if there is one. */
  disconnectProgram(program: string): void;
  /** Devices of third parties; only the embedded broker lets some in. */
  readonly devices?: DeviceDesk;
  /** What the host says to programs; the same. */
  readonly programs?: ProgramDesk;
  /** `BrokerCounters`, and how many connections, gateways and programs there are now. */
  counters(): Record<string, number>;
  /** Nothing is told any more once it is closed. */
  close(): Promise<void>;
}

/** Where an external broker is, and who the host is there. */
export interface ExternalBroker {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** What is spoken first; a broker that does not know MQTT 5 is spoken to in 3.1.1. */
  readonly version: MqttVersion;
}

/** The external broker that the settings name, if they do. */
export const externalBroker = (settings: HostSettings): ExternalBroker | undefined =>
  settings.mqttUrl === undefined
    ? undefined
    : {
        url: settings.mqttUrl,
        username: settings.mqttUser,
        password: settings.mqttPassword,
        version: settings.mqttVersion ?? '5',
      };

/** TLS of the embedded broker. */
export interface BrokerTls {
  readonly port: number;
  readonly tls: HostTls;
}

export interface BrokerOptions {
  /** Where the embedded broker listens. */
  readonly host: string;
  /** Without TLS; undefined: not at all. */
  readonly port: number | undefined;
  readonly tls?: BrokerTls | undefined;
  /** Instead of the embedded one. */
  readonly external?: ExternalBroker | undefined;
  /** Addresses and networks with commas, from which many come by one address: proxies, routers. */
  readonly proxies?: string | undefined;
  /** Whether a gateway's id and password belong together; asked by the embedded broker, some calls at once. */
  readonly authenticate: (gateway: string, password: string) => Promise<boolean>;
  /**
   * Whether it is still to be told which programs and devices may log in: until then whoever is not known is hung up on, to come again. A wrong
   * password is final to most of them, such as Home Assistant, which then asks a person.
   */
  readonly isStarting?: (() => boolean) | undefined;
  /** A message on one of the gateway's own up-channels. Must not throw; `payload` is its own. */
  readonly onMessage: (gateway: string, channel: UpChannel, payload: Uint8Array) => void;
  readonly onConnection: (gateway: string, isConnected: boolean) => void;
  /** Something was refused; `gateway` is undefined before authentication. */
  readonly onRefused: (gateway: string | undefined, code: string, detail: string) => void;
  readonly log?: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/**
 * Starts the embedded broker, or connects to the external one, which may come later than the host.
 * @throws Error of node:net, such as EADDRINUSE.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { external } = options;
  return external === undefined ? startEmbeddedBroker(options) : connectBroker(external, options);
}

import type { Problem } from './api/contract.ts';
import type { Broker } from './broker/broker.ts';
import type { Connectors } from './connectors/connectors.ts';
import type { Events } from './events.ts';
import type { Fleet } from './fleet.ts';
import type { Live } from './live.ts';
import type { ModbusServers } from './modbus-server/modbus-servers.ts';
import type { Channels } from './notify/channels.ts';
import type { HostSettings } from './settings.ts';
import type { Store } from './store/store.ts';
import type { HostTls } from './tls/host-tls.ts';
import type { Watch } from './watch/watch.ts';

/** What the host is made of, as `startHost` puts it together and the API takes it. */
export interface HostParts {
  readonly settings: HostSettings;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly broker: Broker;
  /** Sources that are no gateways. */
  readonly connectors: Connectors;
  /** Bring notices to people. */
  readonly channels: Channels;
  /** Show meters to inverters and wall boxes. */
  readonly modbusServers: ModbusServers;
  /** The host's own authority and certificate, where its broker speaks TLS. */
  readonly tls?: HostTls | undefined;
  readonly events: Events;
  readonly live: Live;
  /** What the host observes of itself: disk, event loop, commits. */
  readonly watch: Watch;
  /** Counters of the whole host by name: broker, ingest, store. */
  readonly counters: () => Record<string, number>;
  /** Problems that belong to no gateway that is known. */
  readonly problems: () => readonly Problem[];
}

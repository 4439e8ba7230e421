import { type DeviceScript, MqttDevice, type ReadQuantity } from './mqtt-device.ts';

/** What a device is started with, as a person gave it. */
export interface DeviceOptions {
  /** Its topic, prefix, measurement or meter. */
  readonly name: string;
  readonly everyMs: number;
  readonly read: ReadQuantity;
  readonly broker: { readonly url: string; readonly username?: string; readonly password?: string };
  readonly host: { readonly url: string; readonly token: string | null };
  /** Of those that are asked; null: the port that such devices have. */
  readonly port: number | null;
  /** Without what a host never asks for, where that makes it start sooner. */
  readonly isSmall?: boolean;
  /** Ends its start, for somebody who does not want it any more. */
  readonly signal?: AbortSignal;
}

/** One that runs. */
export interface StartedDevice {
  /** Where it is, and what has to be known of it to set it up, in a line. */
  readonly where: string;
  /** Of those that are asked: their TCP port on 127.0.0.1, and the key that they want. */
  readonly port?: number;
  readonly key?: string;
  close(): Promise<void>;
}

export interface DeviceKind {
  /** The page of the documentation, and so the connector, that it is for. */
  readonly connector: string;
  readonly what: string;
  /** @throws Error where it cannot be reached or had, UsageError where something was left out */
  readonly start: (options: DeviceOptions) => Promise<StartedDevice>;
}

/** Kinds of a folder, by the names that people start them by. */
export type DeviceKinds = Readonly<Record<string, DeviceKind>>;

/** Starts what speaks at a broker. */
export const onBroker =
  (scriptOf: (options: DeviceOptions) => DeviceScript): DeviceKind['start'] =>
  async options => {
    const { broker, name, signal } = options;
    const device = await MqttDevice.start(scriptOf(options), { ...broker, ...(signal && { signal }) });
    // What a real one says after its start it says only when its interval is over; who tries it waits for nothing.
    await device.speak();
    return { where: `${name} at ${broker.url}`, close: () => device.stop() };
  };

import { settingsDefaults } from '#core/wire/settings.ts';
import type { Mistake } from '../../set-up/settings-mistakes.ts';

/** How meters are reached: RTU frames through a converter, Modbus TCP, or a serial port of this machine. */
export type Way =
  | ({ readonly transport: 'rtu' | 'tcp'; readonly host: string; readonly port: number } & Uart)
  | ({ readonly transport: 'serial'; readonly path: string } & Uart);

export interface Uart {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Registered for Modbus TCP; converters for RTU have no port in common. */
export const modbusTcpPort = 502;

/** What the settings say of the way; empty is as absent, as forms send both. */
export interface WaySettings {
  readonly transport: Way['transport'];
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly baud?: number;
  readonly parity?: Uart['parity'];
  readonly stopBits?: number;
}

/** @throws Error where the settings have mistakes */
export function wayOf(settings: WaySettings): Way {
  const [mistake] = wayMistakes(settings);
  if (mistake !== undefined) throw new Error(`${mistake.field}: ${mistake.message}`);
  const { transport, host = '', path = '', stopBits } = settings;
  const { baud = settingsDefaults.baud, parity = settingsDefaults.parity } = settings;
  const uart: Uart = { baud, parity, stopBits: stopBits === 2 ? 2 : 1 };
  if (transport === 'serial') return { transport, path, ...uart };
  return { transport, host: bare(host), port: settings.port ?? modbusTcpPort, ...uart };
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

/** Where a line leads: two ways with the same are one wire. The gateways' own form of a port, so the bus knows networks. */
export function portOf(way: Way): string {
  if (way.transport === 'serial') return way.path;
  return `tcp://${way.host.includes(':') ? `[${way.host}]` : way.host}:${way.port}`;
}

/** How it is asked there, in words. Of Modbus TCP the UART is that of the gateway, and nobody else's business. */
export function mannerOf({ transport, baud, parity, stopBits }: Way): string {
  if (transport === 'tcp') return 'Modbus TCP';
  const uart = `${baud} baud, parity ${parity}, ${stopBits} stop bit${stopBits === 2 ? 's' : ''}`;
  return transport === 'rtu' ? `RTU over TCP, ${uart}` : uart;
}

const hostForm = /^([a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?|\[[0-9a-f:.]{2,45}\]|[0-9a-f:.]{2,45})$/i;
/** Ports of Unix and of Windows; other files are none. */
const pathForm = /^(\/dev\/[!-~]{1,120}|COM[0-9]{1,3})$/;

/** What is missing or cannot be, in words for people. */
export function wayMistakes({ transport, host, port, path }: WaySettings): Mistake[] {
  if (transport === 'serial') {
    if (path !== undefined && pathForm.test(path) && !path.split('/').includes('..')) return [];
    const message = `${given(path)}; the path of a serial port is needed, such as /dev/ttyUSB0, /dev/serial/by-id/… or COM3`;
    return [{ field: 'path', message }];
  }
  const mistakes: Mistake[] = [];
  if (host === undefined || !hostForm.test(host)) {
    const message = `${given(host)}; the name or IP address of the converter or device is needed, without http:// and without port`;
    mistakes.push({ field: 'host', message });
  }
  if (port === undefined && transport === 'rtu') {
    const message =
      'none given; the TCP port that the converter listens on is needed (8899 at an Elfin EW11, unless it was changed)';
    mistakes.push({ field: 'port', message });
  }
  return mistakes;
}

const given = (text: string | undefined): string =>
  text === undefined || text === '' ? 'none given' : `${JSON.stringify(text)} given`;

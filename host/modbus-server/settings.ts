import { isIP } from 'node:net';
import { isId } from '#core/wire/topics.ts';
import { isAddressOrRange, isThisMachine } from '../http/address-set.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import { type Static, Type } from '../typebox.ts';
import { modbusServerLimits } from './limits.ts';

const { oldestS } = modbusServerLimits;

/** Empty is as absent: forms send both. */
export const modbusServerSettings = Type.Object({
  /** `gateway.meter`. */
  meter: Type.String({ minLength: 3, maxLength: 129 }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  unit: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  address: Type.Optional(Type.String({ maxLength: 64 })),
  clients: Type.Optional(
    Type.Array(Type.Object({ address: Type.String({ maxLength: 64 }) }), {
      maxItems: modbusServerLimits.clients,
    }),
  ),
  oldestS: Type.Optional(Type.Integer({ minimum: oldestS.min, maximum: oldestS.max })),
  serial: Type.Optional(Type.Integer({ minimum: 1, maximum: 0xffff_ffff })),
});
export type ModbusServerSettings = Static<typeof modbusServerSettings>;

const loopback = '127.0.0.1';

export const listenOf = ({ address }: ModbusServerSettings): string => address || loopback;
export const unitOf = ({ unit = 1 }: ModbusServerSettings): number => unit;
export const oldestSOf = ({ oldestS: given = oldestS.usual }: ModbusServerSettings): number => given;
/** Those that are named; where nobody is, this machine alone. */
export const mayAskOf = ({ clients = [] }: ModbusServerSettings): string[] =>
  clients.length === 0 ? ['127.0.0.0/8', '::1'] : clients.map(({ address }) => address);

/** What the schema cannot say. */
export function modbusServerMistakes(settings: ModbusServerSettings): Mistake[] {
  const mistakes: Mistake[] = [];
  const { meter, unit, clients = [] } = settings;
  const [gateway = '', id = '', ...more] = meter.split('.');
  if (!isId(gateway) || !isId(id) || more.length > 0)
    mistakes.push({
      field: 'meter',
      message: `${meter} given; GATEWAY.METER is allowed, such as cellar.house`,
    });
  if (unit !== undefined && unit > 247 && unit !== 255)
    mistakes.push({ field: 'unit', message: `${unit} given; 0 to 247, or 255, is allowed` });
  const listen = listenOf(settings);
  if (isIP(listen) === 0)
    mistakes.push({
      field: 'address',
      message: `${listen} is no IP address; one of this machine is allowed, or 0.0.0.0 for all`,
    });
  for (const [index, { address }] of clients.entries()) {
    if (!isAddressOrRange(address))
      mistakes.push({
        field: `clients.${index}.address`,
        message: `${address} given; an address or a network is allowed, such as 192.168.1.20 or 192.168.1.0/24`,
      });
  }
  if (isIP(listen) !== 0 && !isThisMachine(listen) && clients.length === 0)
    mistakes.push({
      field: 'clients',
      message: `nobody but this machine could ask at ${listen}; name the addresses that may, such as 192.168.1.20`,
    });
  return mistakes;
}

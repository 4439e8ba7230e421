import { UsageError } from '../../arguments.ts';
import type { DeviceKinds } from '../device-kind.ts';
import { startTuyaDevice } from './tuya-device.ts';

/** Of a device that nobody else has: it is on this machine alone. */
const key = '0123456789abcdef';

export const kinds: DeviceKinds = Object.freeze({
  tuya: {
    connector: 'tuya',
    what: 'a Tuya plug of protocol 3.4, with port 6668 of this machine unless --port says another',
    start: async ({ name, read, port }) => {
      // Real ones have twenty letters and digits or more.
      const deviceId = name.padEnd(20, '0');
      if (!/^[0-9A-Za-z]{1,32}$/.test(deviceId))
        throw new UsageError(
          `tuya: --name ${JSON.stringify(name)} given; up to 32 letters and digits are allowed`,
        );
      const device = await startTuyaDevice({
        version: '3.4',
        deviceId,
        key,
        port: port ?? 6668,
        dps: () => ({
          '1': true,
          '18': Math.round(read('currentL1A') * 1000),
          '19': Math.round(read('powerW') * 10),
          '20': Math.round(read('voltageL1V') * 10),
        }),
      });
      const where = `127.0.0.1:${device.port}, device id ${deviceId}, local key ${key}, protocol 3.4, data points: plug`;
      return { where, port: device.port, key, close: () => device.close() };
    },
  },
});

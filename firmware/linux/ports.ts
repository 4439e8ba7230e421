import config from 'mc/config';
import FFI from 'mc/ffi';
import { finishFactoryReset } from '../app/factory-reset.ts';
import { moddableCrypto } from '../moddable/crypto.ts';
import { moddableHttp } from '../moddable/http.ts';
import { moddableHttpServer } from '../moddable/http-server.ts';
import { findIdentity } from '../moddable/identity.ts';
import { traceLog } from '../moddable/log.ts';
import type { Machine } from '../moddable/machine.ts';
import { moddableMqtt } from '../moddable/mqtt.ts';
import { noBroker } from '../moddable/no-broker.ts';
import { scriptMemory } from '../moddable/script-memory.ts';
import { moddableTime } from '../moddable/time.ts';
import type { RandomPort } from '../ports.ts';
import { fileFlash } from './flash.ts';
import { openLinuxSerial } from './serial.ts';
import { folderStore } from './store.ts';

const ffi = new FFI();

/** From the kernel: the SDK's own numbers are the same in every run on Linux, and so would be the journal's epoch. */
const random: RandomPort = {
  bytes: count => {
    const buffer = new ArrayBuffer(count);
    if (ffi.getentropy(buffer, count) !== 0) throw new Error(`the kernel gives no ${count} random bytes`);
    return new Uint8Array(buffer);
  },
  unit: () => new DataView(random.bytes(4).buffer).getUint32(0) / 2 ** 32,
};

/** A Linux machine with the SDK's simulator: serial ports by path, files, the machine's own clock and network. */
export function openMachine(): Machine {
  const folder = String(config.dataFolder ?? '/tmp/joulegate-gateway');
  const store = folderStore(folder);
  const flash = fileFlash(`${folder}-journal.flash`);
  finishFactoryReset({ store, flash, log: traceLog });
  const identity = findIdentity(config, store, traceLog);
  const time = moddableTime(() => Date.now());
  const { pagePort } = config;
  return {
    identity,
    isOpen: identity === undefined,
    mqttOf: (grant, reached) => moddableMqtt({ ...grant, broker: grant.broker ?? reached }, time, random),
    ports: {
      time,
      random,
      mqtt: identity === undefined ? noBroker : moddableMqtt(identity, time, random),
      openSerial: openLinuxSerial,
      openI2c: line => {
        throw new Error(`line ${line.id}: the SDK has no I2C on Linux; only ESP32 has`);
      },
      store,
      flash,
      crypto: moddableCrypto,
      http: moddableHttp(time, () => identity?.broker),
      // The page of its own: not on a port of this computer that nobody has named.
      ...(pagePort !== undefined && { httpServer: moddableHttpServer(time, Number(pagePort)) }),
      board: {
        name: 'linux (Moddable simulator)',
        firmware: String(config.firmware),
        heapFreeBytes: () => undefined,
        rssiDbm: () => undefined,
        chip: 'linux',
        scriptMemory,
        resetReason: () => 'powerOn',
        feedWatchdog: () => {},
        setLed: () => {},
        onButton: () => {},
        outputs: [],
        setOutput: () => {},
        restart: () => traceLog('warn', 'a restart was asked for; the simulator cannot start itself again'),
      },
      log: traceLog,
    },
  };
}

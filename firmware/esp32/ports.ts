import Instrumentation from 'instrumentation';
import config from 'mc/config';
import FFI from 'mc/ffi';
import { finishFactoryReset } from '../app/factory-reset.ts';
import { moddableCrypto } from '../moddable/crypto.ts';
import { moddableHttp } from '../moddable/http.ts';
import { findIdentity } from '../moddable/identity.ts';
import { traceLog } from '../moddable/log.ts';
import type { Machine } from '../moddable/machine.ts';
import { moddableMqtt } from '../moddable/mqtt.ts';
import { noBroker } from '../moddable/no-broker.ts';
import { SntpClock } from '../moddable/sntp-clock.ts';
import { moddableTime } from '../moddable/time.ts';
import type { RandomPort } from '../ports.ts';
import { esp32Board } from './board.ts';
import { boardOf } from './boards.ts';
import { journalFlash } from './flash.ts';
import { openEsp32I2c } from './i2c.ts';
import { openEsp32Serial } from './serial.ts';
import { flashStore } from './store.ts';
import { otaSlots } from './update.ts';
import { Wifi } from './wifi.ts';

const defaultTimeServer = 'pool.ntp.org';

/** An ESP32 with WiFi: UARTs and I2C by the names of its board (`lines` in manifest.json), settings in NVS. */
export function openMachine(): Machine {
  const ffi = new FFI();
  // The hardware's generator; unpredictable while WiFi is on (ESP-IDF, "Random Number Generation").
  const random: RandomPort = {
    bytes: count => Uint8Array.from({ length: count }, () => ffi.esp_random() & 0xff),
    unit: () => (ffi.esp_random() >>> 0) / 2 ** 32,
  };
  const store = flashStore(() => void ffi.nvs_flash_erase());
  const flash = journalFlash(why => traceLog('error', why));
  const ports = { store, log: traceLog, ...(flash === undefined ? {} : { flash }) };
  // A reset that the power cut off comes first: nothing of before may be read.
  if (finishFactoryReset(ports)) ffi.esp_restart();
  const boardName = String(config.board ?? 'esp32');
  const identity = findIdentity(config, store, traceLog);
  const clock = new SntpClock(identity?.timeServer ?? defaultTimeServer, random, traceLog);
  const time = moddableTime(() => clock.wallMs());
  const wifi = new Wifi(time, traceLog, () => clock.start(time));
  if (identity?.wifiName !== undefined) wifi.start(identity.wifiName, identity.wifiPassword);
  const update = otaSlots();
  const freeMemory = Instrumentation.map('System Free Memory');
  return {
    identity,
    ports: {
      time,
      random,
      mqtt: identity === undefined ? noBroker : moddableMqtt(identity, time, random),
      openSerial: openEsp32Serial,
      openI2c: openEsp32I2c,
      ...ports,
      crypto: moddableCrypto,
      http: moddableHttp(time, () => identity?.broker),
      ...(update === undefined ? {} : { update }),
      board: esp32Board({
        name: boardName,
        board: boardOf(boardName),
        firmware: String(config.firmware),
        heapFreeBytes: () => (freeMemory === undefined ? undefined : Instrumentation.get(freeMemory)),
        rssiDbm: () => wifi.rssiDbm(),
      }),
    },
  };
}

import Instrumentation from 'instrumentation';
import config from 'mc/config';
import FFI from 'mc/ffi';
import { finishFactoryReset } from '../app/factory-reset.ts';
import { takeProvisioningAsked } from '../app/provisioner.ts';
import { TimeKeeper } from '../app/time-keeper.ts';
import { moddableCrypto } from '../moddable/crypto.ts';
import { moddableHttp } from '../moddable/http.ts';
import { moddableHttpServer } from '../moddable/http-server.ts';
import { findIdentity, type Identity } from '../moddable/identity.ts';
import { traceLog } from '../moddable/log.ts';
import type { Machine } from '../moddable/machine.ts';
import { moddableMqtt } from '../moddable/mqtt.ts';
import { noBroker } from '../moddable/no-broker.ts';
import { moddableTime } from '../moddable/time.ts';
import { timeServers } from '../moddable/time-servers.ts';
import type { RandomPort } from '../ports.ts';
import { esp32Board } from './board.ts';
import { boardOf } from './boards.ts';
import { openConsole } from './console.ts';
import { journalFlash } from './flash.ts';
import { openEsp32I2c } from './i2c.ts';
import { newNetwork } from './new-network.ts';
import { openEsp32Serial } from './serial.ts';
import { flashStore } from './store.ts';
import { otaSlots } from './update.ts';
import { Wifi } from './wifi.ts';

const defaultTimeServers = Object.freeze(['0.pool.ntp.org', '1.pool.ntp.org', '2.pool.ntp.org']);

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
  if (finishFactoryReset(ports, () => ffi.joulegate_feed_watchdog())) ffi.esp_restart();
  const boardName = String(config.board ?? 'esp32');
  const identity = findIdentity(config, store, traceLog);
  const isOpen = takeProvisioningAsked(store) || identity === undefined;
  const time = moddableTime(
    () => clock.wallMs(),
    () => clock.source,
  );
  const clock = new TimeKeeper({
    // The host's own machine last: it is near, and in many houses the only one that can be reached.
    servers: [...timeServersOf(identity), ...(identity === undefined ? [] : [identity.broker])],
    time,
    random,
    log: traceLog,
    ask: timeServers(time),
  });
  const wifi = new Wifi(time, random, traceLog, () => clock.start());
  // One of both WiFi modules has the driver.
  if (!isOpen && identity?.wifiName !== undefined) wifi.start(identity.wifiName, identity.wifiPassword);
  const update = otaSlots();
  const freeMemory = Instrumentation.map('System Free Memory');
  const board = esp32Board({
    name: boardName,
    board: boardOf(boardName),
    firmware: String(config.firmware),
    heapFreeBytes: () => (freeMemory === undefined ? undefined : Instrumentation.get(freeMemory)),
    rssiDbm: () => wifi.rssiDbm(),
  });
  const { accessPointPassword } = config;
  return {
    identity,
    isOpen,
    ...(typeof accessPointPassword === 'string' && { accessPointPassword }),
    mqttOf: (grant, reached) => moddableMqtt({ ...grant, broker: grant.broker ?? reached }, time, random),
    ports: {
      time,
      random,
      mqtt: identity === undefined ? noBroker : moddableMqtt(identity, time, random),
      openSerial: openEsp32Serial,
      openI2c: openEsp32I2c,
      ...ports,
      crypto: moddableCrypto,
      http: moddableHttp(time, () => identity?.broker),
      httpServer: moddableHttpServer(time),
      ...(update === undefined ? {} : { update }),
      ...(isOpen && { network: newNetwork(traceLog, () => clock.start()) }),
      ...(config.improv !== 'no' && { openConsole: handlers => openConsole(board.chip, handlers) }),
      board,
    },
  };
}

function timeServersOf(identity: Identity | undefined): readonly string[] {
  if (identity?.timeServers !== undefined) return identity.timeServers;
  return identity?.timeServer === undefined ? defaultTimeServers : [identity.timeServer];
}

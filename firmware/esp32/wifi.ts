import WiFi from 'embedded:network/interface/wifi';
import { WifiKeeper, type WifiStation } from '../app/wifi-keeper.ts';
import type { Ports, RandomPort, TimePort } from '../ports.ts';

const connectedWithAddress = 500;
const connected = 400;
const connecting = 300;

/** The board's station, kept in one network. */
export class Wifi {
  readonly #time: TimePort;
  readonly #random: RandomPort;
  readonly #log: Ports['log'];
  readonly #onUp: () => void;
  #wifi: WiFi | undefined;
  #keeper: WifiKeeper | undefined;

  constructor(time: TimePort, random: RandomPort, log: Ports['log'], onUp: () => void) {
    this.#time = time;
    this.#random = random;
    this.#log = log;
    this.#onUp = onUp;
  }

  start(ssid: string, password: string | undefined): void {
    const wifi = new WiFi({ onChanged: () => keeper.noticed() });
    const station: WifiStation = {
      connect: () =>
        wifi.connect(password === undefined ? { SSID: ssid } : { SSID: ssid, password, secure: true }),
      disconnect: () => wifi.disconnect(),
      state: () => {
        const { connection } = wifi;
        if (connection >= connectedWithAddress) return 'up';
        return connection >= connected ? 'joined' : connection >= connecting ? 'joining' : 'away';
      },
    };
    const ports = { time: this.#time, random: this.#random, log: this.#log };
    const keeper = new WifiKeeper(ssid, station, ports, isUp => {
      if (isUp) this.#onUp();
    });
    this.#wifi = wifi;
    this.#keeper = keeper;
    keeper.start();
  }

  rssiDbm(): number | undefined {
    return this.#keeper?.isUp === true ? this.#wifi?.RSSI : undefined;
  }
}

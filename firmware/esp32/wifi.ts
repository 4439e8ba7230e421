import WiFi from 'embedded:network/interface/wifi';
import type { Cancel, Ports, TimePort } from '../ports.ts';

const connectedWithAddress = 500;
const disconnected = 200;
const retryMs = 5000;

/** A connection to one network that is kept up: tried again 5 s after it is lost or refused. */
export class Wifi {
  readonly #time: TimePort;
  readonly #log: Ports['log'];
  readonly #onUp: () => void;
  #wifi: WiFi | undefined;
  #isUp = false;
  #cancelRetry: Cancel | undefined;

  constructor(time: TimePort, log: Ports['log'], onUp: () => void) {
    this.#time = time;
    this.#log = log;
    this.#onUp = onUp;
  }

  start(ssid: string, password: string | undefined): void {
    const connect = () => {
      this.#cancelRetry = undefined;
      wifi.connect(password === undefined ? { SSID: ssid } : { SSID: ssid, password, secure: true });
    };
    const wifi = new WiFi({
      onChanged: () => {
        const { connection } = wifi;
        if (connection >= connectedWithAddress && !this.#isUp) {
          this.#isUp = true;
          this.#log('info', `WiFi ${ssid} is up`);
          this.#onUp();
        }
        if (connection > disconnected || this.#cancelRetry !== undefined) return;
        this.#isUp = false;
        this.#log('warn', `WiFi ${ssid} is down; next try in ${retryMs / 1000} s`);
        this.#cancelRetry = this.#time.after(retryMs, connect);
      },
    });
    this.#wifi = wifi;
    connect();
  }

  rssiDbm(): number | undefined {
    return this.#isUp ? this.#wifi?.RSSI : undefined;
  }
}

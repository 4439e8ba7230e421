import { Uplink } from '#app/uplink.ts';
import { seededRandom } from '../../gateway/random.ts';
import { VirtualTime } from '../../gateway/virtual-time.ts';

/** Nobody there: a connection is refused after this. */
const refusedMs = 5;

/**
 * When gateways that lost their broker at one instant first try after it was away so long, ms from its return, by the
 * firmware's own uplink in virtual time.
 */
export function firstTriesMs(gateways: number, awayMs: number, seed: number): number[] {
  return Array.from({ length: gateways }, (_, gateway) => {
    const time = new VirtualTime();
    let firstMs: number | undefined;
    const uplink = new Uplink({
      id: `gateway-${gateway + 1}`,
      ports: {
        time,
        random: seededRandom(seed + gateway * 7919),
        log: () => {},
        mqtt: {
          connect(_options, handlers) {
            if (time.ticksMs() >= awayMs) firstMs ??= time.ticksMs() - awayMs;
            time.after(refusedMs, () => handlers.onClosed('refused'));
            return { subscribe() {}, publish() {}, close() {} };
          },
        },
      },
      onConnected: () => {},
      onDisconnected: () => {},
      onMessage: () => {},
    });
    uplink.start();
    while (firstMs === undefined) time.advance(30_000);
    uplink.stop();
    return firstMs;
  });
}

import type { Ports, SerialPort, TimePort } from '#ports';
import { seededUnit } from '../../../../simulator/line/bit-noise.ts';

/** Delivers in order, each piece at most so much later, cut in two or joined with the next by chance. */
function lateInOrder(
  time: TimePort,
  unit: () => number,
  mostMs: number,
  deliver: (bytes: Uint8Array) => void,
) {
  const waiting: { readonly bytes: Uint8Array; readonly dueTicks: number }[] = [];
  let lastDue = 0;
  const push = (bytes: Uint8Array) => {
    // Most come at once, as on a network that is well, and some wait.
    const delayMs = unit() < 0.5 ? unit() * 2 : unit() * mostMs;
    const dueTicks = Math.max(lastDue, time.ticksMs() + delayMs);
    lastDue = dueTicks;
    waiting.push({ bytes: bytes.slice(), dueTicks });
    time.after(dueTicks - time.ticksMs(), () => {
      const due: number[] = [];
      while (waiting[0] !== undefined && waiting[0].dueTicks <= time.ticksMs()) {
        due.push(...(waiting.shift()?.bytes ?? []));
      }
      if (due.length > 0) deliver(Uint8Array.from(due));
    });
  };
  return (bytes: Uint8Array) => {
    const cut = unit() < 0.3 ? Math.floor(unit() * bytes.length) : 0;
    if (cut > 0) push(bytes.subarray(0, cut));
    push(bytes.subarray(cut));
  };
}

/** A way to a port that holds bytes back in both directions for up to `mostMs`, as networks and busy machines do. */
export function jitteryPort(
  openSerial: Ports['openSerial'],
  time: TimePort,
  seed: number,
  mostMs: number,
): Ports['openSerial'] {
  const unit = seededUnit(seed);
  return (line, handlers) => {
    let isClosed = false;
    const port: SerialPort = openSerial(line, {
      ...handlers,
      onBytes: lateInOrder(time, unit, mostMs, bytes => {
        if (!isClosed) handlers.onBytes(bytes);
      }),
    });
    // A converter sends a frame once it has all of it.
    let lastDue = 0;
    return {
      write: bytes => {
        const copy = bytes.slice();
        lastDue = Math.max(lastDue, time.ticksMs() + unit() * Math.min(mostMs, 30));
        time.after(lastDue - time.ticksMs(), () => {
          if (!isClosed) port.write(copy);
        });
      },
      close: () => {
        isClosed = true;
        port.close();
      },
    };
  };
}

/** Timers of a machine that has much else to do: each fires up to `mostMs` late, most of them hardly. */
export function lateTimers(time: TimePort, seed: number, mostMs: number): TimePort {
  const unit = seededUnit(seed);
  return {
    ticksMs: () => time.ticksMs(),
    wallMs: () => time.wallMs(),
    after: (delayMs, callback) => {
      const lateMs = unit() < 0.7 ? unit() * 2 : unit() * mostMs;
      return time.after(delayMs + lateMs, callback);
    },
  };
}

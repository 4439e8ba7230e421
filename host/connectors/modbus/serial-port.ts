import { existsSync } from 'node:fs';
import type { SerialHandlers, SerialPort, TimePort } from '#ports';
import { type Fault, FaultError, fault, faultOf, otherFault } from '../../faults/fault.ts';
import { messageOf } from '../../message-of.ts';
import { HeldQuestion } from './held-question.ts';
import type { Uart } from './way.ts';

export interface SerialOptions extends Uart {
  readonly path: string;
  readonly time: TimePort;
  /** Why it ends, before `onClosed` tells it in words. */
  readonly onFault: (fault: Fault) => void;
}

/** What is used of a port of the package `serialport`. */
interface Device {
  readonly isOpen: boolean;
  write(bytes: Uint8Array): unknown;
  close(done: () => void): void;
}

type State = 'opening' | 'open' | 'over';

/**
 * A serial port of this machine, by the package `serialport`, which is loaded when the first is opened. Nobody else gets
 * the port meanwhile.
 * @throws FaultError where there is no such port
 */
export function openSerialPort(options: SerialOptions, handlers: SerialHandlers): SerialPort {
  const { path, time } = options;
  if (path.startsWith('/') && !existsSync(path)) throw new FaultError(fault('serial.missing', {}));
  const held = new HeldQuestion(time);
  let state: State = 'opening';
  let device: Device | undefined;
  const over = (why: Fault | undefined): void => {
    if (state === 'over') return;
    state = 'over';
    if (device !== undefined) shut(device, path);
    if (why === undefined) return;
    options.onFault(why);
    handlers.onClosed(why.message);
  };
  const begin = async (): Promise<void> => {
    await shutting.get(path);
    const opened = await openDevice(options, {
      onBytes: bytes => {
        if (state === 'open') handlers.onBytes(bytes);
      },
      onClosed: over,
    });
    device = opened;
    // It was given up meanwhile.
    if ((state as State) === 'over') {
      shut(opened, path);
      return;
    }
    state = 'open';
    const question = held.take();
    if (question !== undefined) opened.write(question);
  };
  begin().catch(error => over(faultBy(error, path)));
  return {
    write: frame => {
      if (state === 'open') device?.write(frame.slice());
      else if (state === 'opening') held.hold(frame);
    },
    close: () => over(undefined),
  };
}

/** Ports that are being closed: they cannot be opened before that is done. */
const shutting = new Map<string, Promise<void>>();

function shut(device: Device, path: string): void {
  if (!device.isOpen) return;
  const done = new Promise<void>(resolve => device.close(() => resolve()));
  shutting.set(path, done);
  void done.then(() => {
    if (shutting.get(path) === done) shutting.delete(path);
  });
}

async function openDevice(
  { path, baud, parity, stopBits }: SerialOptions,
  handlers: Pick<SerialHandlers, 'onBytes'> & { readonly onClosed: (why: Fault) => void },
): Promise<Device> {
  const { SerialPort: Port } = await import('serialport').catch(() => {
    throw new FaultError(fault('serial.noPackage', {}));
  });
  const port = new Port({ path, baudRate: baud, dataBits: 8, parity, stopBits, autoOpen: false });
  await new Promise<void>((resolve, reject) =>
    port.open(error => (error === null || error === undefined ? resolve() : reject(error))),
  );
  port.on('data', (bytes: Uint8Array) => handlers.onBytes(bytes));
  port.on('error', error => handlers.onClosed(faultBy(error, path)));
  port.on('close', () => handlers.onClosed(fault('serial.unplugged', {})));
  return port;
}

/** What the system has against it, and what to do. */
function faultBy(error: unknown, path: string): Fault {
  if (error instanceof FaultError) return faultOf(error);
  const said = messageOf(error);
  if (/permission denied|EACCES/i.test(said)) return fault('serial.forbidden', { path });
  if (/cannot lock|resource temporarily|busy|access denied/i.test(said)) return fault('serial.busy', {});
  if (/no such file|ENOENT|no such device|ENXIO/i.test(said)) return fault('serial.missing', {});
  return otherFault(said.replace(/^Error:? */, ''));
}

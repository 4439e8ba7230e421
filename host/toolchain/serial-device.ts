import { Readable, Writable } from 'node:stream';
import type { SerialDevice } from './board-writer.ts';
import { StepFailed } from './run.ts';

/**
 * A serial port of this machine in the form of Web Serial, by the package `serialport`. A port without reset lines (a
 * pseudo-terminal) is told once, and used without.
 * @throws StepFailed where `serialport` is not installed
 */
export async function openSerialDevice(path: string, say: (line: string) => void): Promise<SerialDevice> {
  const { SerialPort } = await import('serialport').catch(() => {
    throw new StepFailed(
      'missing is the package serialport; run npm ci on a machine for which it has a build',
    );
  });
  let port: InstanceType<typeof SerialPort> | undefined;
  let hasSignals = true;
  const device = {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    open: async ({ baudRate }: { baudRate: number }) => {
      const opened = new SerialPort({ path, baudRate, autoOpen: false });
      await settled(done => opened.open(done));
      port = opened;
      device.readable = Readable.toWeb(opened) as ReadableStream<Uint8Array>;
      device.writable = Writable.toWeb(opened) as WritableStream<Uint8Array>;
    },
    close: async () => {
      const closing = port;
      port = undefined;
      device.readable = null;
      device.writable = null;
      if (closing?.isOpen === true) await settled(done => closing.close(done));
    },
    setSignals: async (signals: { dataTerminalReady?: boolean; requestToSend?: boolean }) => {
      if (port === undefined || !hasSignals) return;
      const { dataTerminalReady: dtr, requestToSend: rts } = signals;
      const wanted = { ...(dtr === undefined ? {} : { dtr }), ...(rts === undefined ? {} : { rts }) };
      await settled(done => port?.set(wanted, done)).catch(() => {
        hasSignals = false;
        say(`${path} has no reset lines: hold BOOT, press RESET, let BOOT go`);
      });
    },
    setBaudRate: async (baud: number) => settled(done => port?.update({ baudRate: baud }, done)),
    getInfo: () => ({}),
  } satisfies SerialDevice;
  return device;
}

const settled = (begin: (done: (error: Error | null | undefined) => void) => void): Promise<void> =>
  new Promise((resolve, reject) =>
    begin(error => (error === null || error === undefined ? resolve() : reject(error))),
  );

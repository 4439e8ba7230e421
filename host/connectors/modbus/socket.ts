import { connect } from 'node:net';
import type { Cancel, SerialHandlers, SerialPort, TimePort } from '#ports';
import { type Fault, fault } from '../../faults/fault.ts';
import { connectionFault, saidBy } from '../../faults/of-connection.ts';
import { HeldQuestion } from './held-question.ts';
import type { TcpFrames } from './tcp-frames.ts';

/** A device on the own network answers at once; one that is off does not at all. */
const connectMs = 5000;
/** A converter that lost its power says no goodbye: after so long without a byte to a question it is connected anew. */
const quietMs = 20_000;
const keepAliveMs = 30_000;

export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  readonly time: TimePort;
  /** Modbus TCP; without it bytes go as they are. */
  readonly frames?: TcpFrames;
  /** It stands. Called before anything is sent. */
  readonly onConnected: () => void;
  /** Why it ends, before `onClosed` tells it in words. */
  readonly onFault: (fault: Fault) => void;
  /** It never stood. */
  readonly onUnreachable: () => void;
}

type State = 'connecting' | 'open' | 'over';

/** One connection as a line: it ends in `onFault` with the reason and `onClosed` with its words, and whoever has it opens the next one. */
export function openSocket(options: SocketOptions, handlers: SerialHandlers): SerialPort {
  const { host, port, time, frames } = options;
  const held = new HeldQuestion(time);
  let state: State = 'connecting';
  let why = fault('connection.closed', {});
  let cancelQuiet: Cancel | undefined;
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs });
  const over = (because: Fault | undefined): void => {
    if (state === 'over') return;
    const isUnreached = state === 'connecting';
    state = 'over';
    cancelConnect();
    cancelQuiet?.();
    socket.destroy();
    if (because === undefined) return;
    if (isUnreached) options.onUnreachable();
    options.onFault(because);
    handlers.onClosed(because.message);
  };
  const cancelConnect = time.after(connectMs, () =>
    over(fault('connection.timeout', { host, seconds: connectMs / 1000 })),
  );
  const write = (frame: Uint8Array): void => {
    cancelQuiet ??= time.after(quietMs, () => over(fault('modbus.quiet', { seconds: quietMs / 1000 })));
    // The caller may use its buffer again while the socket still holds these bytes.
    socket.write(frames === undefined ? frame.slice() : frames.ask(frame));
  };
  socket.on('connect', () => {
    if (state !== 'connecting') return;
    cancelConnect();
    state = 'open';
    options.onConnected();
    // It may have been closed within the call.
    const question = held.take();
    if (question !== undefined && socket.destroyed === false) write(question);
  });
  socket.on('data', bytes => {
    if (state !== 'open') return;
    cancelQuiet?.();
    cancelQuiet = undefined;
    if (frames === undefined) handlers.onBytes(bytes);
    else if (frames.push(bytes, frame => state === 'open' && handlers.onBytes(frame)) === 'broken')
      over(fault('modbus.notTcp', {}));
  });
  socket.on('error', error => {
    const { host, port } = options;
    why = connectionFault(saidBy(error), { host, port, listener: 'modbus' });
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => over(why));
  return {
    write: frame => {
      if (state === 'open') write(frame);
      else if (state === 'connecting') held.hold(frame);
    },
    close: () => over(undefined),
  };
}

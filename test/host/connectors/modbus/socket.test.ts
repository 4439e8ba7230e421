import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openSocket } from '../../../../host/connectors/modbus/socket.ts';
import { TcpFrames } from '../../../../host/connectors/modbus/tcp-frames.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { listenOnTcp } from '../../../../simulator/line/tcp-listener.ts';
import { until } from '../../../comes-true.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** A server that says what it is told to, and a line to it. */
async function rig({ isTcp = false, port = 0 } = {}) {
  const clients: Socket[] = [];
  const got: number[] = [];
  const listener = await listenOnTcp(0, socket => {
    clients.push(socket);
    socket.on('data', bytes => got.push(...bytes));
  });
  ended.push(() => listener.close());
  const time = new VirtualTime();
  const events: string[] = [];
  const heard: number[] = [];
  const line = openSocket(
    {
      host: '127.0.0.1',
      port: port || listener.port,
      time,
      ...(isTcp && { frames: new TcpFrames({ staleAnswers: 0, otherUnits: 0, otherProtocols: 0 }) }),
      onFault: () => {},
      onConnected: () => events.push('connected'),
      onUnreachable: () => events.push('unreachable'),
    },
    { onBytes: bytes => heard.push(...bytes), onClosed: why => events.push(why) },
  );
  ended.push(() => line.close());
  return { clients, got, time, events, heard, line };
}

const frame = Uint8Array.of(1, 4, 0, 0, 0, 2, 0x71, 0xcb);

describe('a connection as a line', () => {
  it('carries bytes both ways, and a question asked while it opens', async () => {
    const { clients, got, heard, line, events } = await rig();
    line.write(frame);
    await until(() => got.length === 8);
    expect(got).toEqual([...frame]);
    clients[0]?.write(Uint8Array.of(1, 2, 3));
    await until(() => heard.length === 3);
    expect(events).toEqual(['connected']);
  });

  it('asks nothing that has become old while it opened', async () => {
    const { got, line, time, clients } = await rig();
    line.write(frame);
    time.advance(600);
    await until(() => clients.length === 1);
    line.write(frame.subarray(0, 2));
    await until(() => got.length > 0);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(got).toEqual([1, 4]);
  });

  it('ends with the reason where the other side goes, and says nothing once it was closed', async () => {
    const { clients, events, line } = await rig();
    await until(() => clients.length === 1 && events.length === 1);
    clients[0]?.destroy();
    await until(() => events.length === 2);
    expect(events[1]).toBe('the other side closed the connection');
    line.write(frame);
    line.close();
    const other = await rig();
    await until(() => other.clients.length === 1);
    other.line.close();
    other.clients[0]?.write('x');
    await new Promise(resolve => setTimeout(resolve, 20));
    expect([...other.heard, ...other.events.slice(1)]).toEqual([]);
  });

  it('ends where no byte comes to a question for long, as after a converter lost its power', async () => {
    const { clients, events, line, time, heard } = await rig();
    await until(() => events.length === 1);
    line.write(frame);
    time.advance(15_000);
    clients[0]?.write('x');
    await until(() => heard.length === 1);
    time.advance(60_000);
    expect(events).toEqual(['connected']);
    line.write(frame);
    time.advance(15_000);
    line.write(frame);
    time.advance(5_000);
    expect(events[1]).toMatch(/^nothing came within 20 s of a question/);
  });

  it('tells of an address where nobody is', async () => {
    const { events, line } = await rig({ port: 1 });
    await until(() => events.length === 2);
    expect(events).toEqual(['unreachable', expect.stringMatching(/takes no connection on port 1/)]);
    line.close();
  });

  it('gives up an address that says nothing at all', async () => {
    const { events, time } = await rig();
    // The connection stands in a moment; time is up before.
    time.advance(5_000);
    expect(events).toEqual([
      'unreachable',
      expect.stringMatching(/^no connection to 127\.0\.0\.1 within 5 s/),
    ]);
  });

  it('tells of bytes that are no Modbus TCP', async () => {
    const { clients, events } = await rig({ isTcp: true });
    await until(() => clients.length === 1);
    clients[0]?.write(Uint8Array.of(1, 4, 4, 0x43, 0x66, 0x80, 0, 1));
    await until(() => events.length === 2);
    expect(events[1]).toMatch(/no Modbus TCP; a converter .+ RTU over TCP$/);
  });
});

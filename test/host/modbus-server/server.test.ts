import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import modbusSerial from 'modbus-serial';
import { afterEach, describe, expect, it } from 'vitest';
import { Events } from '../../../host/events.ts';
import { modbusServerLimits } from '../../../host/modbus-server/limits.ts';
import { ModbusServers } from '../../../host/modbus-server/modbus-servers.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { freeLabPort } from '../../../simulator/lab/lab-port.ts';
import { patienceMs } from '../../patience.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const hasMbpoll = spawnSync('mbpoll', ['-V'], { stdio: 'ignore' }).error === undefined;

/** Servers with a database of their own, whose time is let run. */
async function rig() {
  const time = new VirtualTime({ wallMs: 1_700_000_000_000 });
  const events = new Events();
  const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  ended.push(() => store.close());
  const secrets = await Secrets.open();
  const watched = new Map<string, number>();
  const logged: string[] = [];
  const open = async () => {
    const servers = await ModbusServers.open({
      tables: store,
      secrets,
      events,
      watch: gateway => {
        watched.set(gateway, (watched.get(gateway) ?? 0) + 1);
        return () => watched.set(gateway, (watched.get(gateway) ?? 0) - 1);
      },
      series: () => new Set(['powerW']),
      log: (_level, text) => void logged.push(text),
      nowMs: () => time.wallMs() ?? 0,
      time,
    });
    ended.push(() => servers.close());
    return servers;
  };
  const servers = await open();
  const port = await freeLabPort();
  const settings = { meter: 'cellar.house', port };
  const saved = (more: object = {}) => ({
    id: 'box',
    kind: 'eastron-sdm630',
    name: 'Wall box',
    isOn: true,
    settings: { ...settings, ...more },
  });
  const tell = (values: Record<string, number>) =>
    events.emit({
      type: 'live',
      gateway: 'cellar',
      meters: { house: { atMs: time.wallMs() ?? 0, values } },
    });
  /** Connections are taken by the system before the server sees them. */
  const listening = async (of = servers) => {
    while (of.portOf('box') === undefined) await new Promise(resolve => setImmediate(resolve));
  };
  const client = async (localAddress = '127.0.0.1'): Promise<Socket> => {
    await listening();
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    ended.push(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  return { time, servers, open, port, saved, tell, client, listening, watched, logged };
}

const request = (transaction: number, unit: number, ...pdu: number[]): Buffer =>
  Buffer.from([transaction >> 8, transaction & 0xff, 0, 0, 0, pdu.length + 1, unit, ...pdu]);
const readPower = [0x04, 0x00, 0x34, 0x00, 0x02];

/** The next bytes of so many. */
async function heard(socket: Socket, length: number): Promise<number[]> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) bytes = Buffer.concat([bytes, (await once(socket, 'data'))[0]]);
  return [...bytes];
}

const powerOf = (frame: number[]): number => new DataView(Uint8Array.from(frame).buffer).getFloat32(9);

describe('a Modbus server', () => {
  it('is read by modbus-serial: signs, energies, identity, and the exception while the meter is away', async () => {
    const { servers, saved, tell, port, listening, time } = await rig();
    await servers.save(saved({ unit: 5 }));
    await listening();
    tell({ powerW: -1234.5, powerL1W: 600.25, energyImportWh: 12_345_000, energyExportWh: 678_000 });
    const client = new modbusSerial.default();
    await client.connectTCP('127.0.0.1', { port });
    ended.push(() => client.close(() => {}));
    client.setID(5);
    client.setTimeout(patienceMs);
    const float = async (address: number) =>
      (await client.readInputRegisters(address, 2)).buffer.readFloatBE(0);
    expect(await float(0x34)).toBe(-1234.5);
    expect(await float(0x0c)).toBe(600.25);
    expect(await float(0x48)).toBe(12_345);
    expect(await float(0x4a)).toBe(678);
    expect((await client.readHoldingRegisters(0xfc02, 1)).data).toEqual([0x70]);
    expect((await client.readHoldingRegisters(0xfc00, 2)).buffer.readUInt32BE(0)).toBeGreaterThan(0);
    await expect(client.writeRegister(0x14, 7)).rejects.toMatchObject({ modbusCode: 1 });
    time.advance(10_001);
    await expect(float(0x34)).rejects.toMatchObject({ modbusCode: 0x0b });
    expect(servers.get('box')?.fault).toMatchObject({
      code: 'modbusServer.oldValue',
      message: expect.stringMatching(/^the newest value of cellar.house is 10 s old/),
    });
    expect(servers.reasons()).toMatchObject([{ code: 'modbusServer.failing', level: 'degraded' }]);
    tell({ powerW: 7 });
    expect(await float(0x34)).toBe(7);
    expect(servers.get('box')?.fault).toBeUndefined();
    expect(servers.reasons()).toEqual([]);
    expect(servers.counters()).toMatchObject({
      'modbusServers.requests': 9,
      'modbusServers.exceptions': 2,
      'modbusServers.tooOld': 1,
      'modbusServers.clients': 1,
    });
  });

  it('tells of a value that reads are refused for though others come, while somebody asks for it', async () => {
    const { servers, saved, tell, client, time } = await rig();
    await servers.save(saved());
    tell({ powerW: 1, energyImportWh: 5000 });
    const socket = await client();
    const asked = async (address: number, length: number) => {
      socket.write(request(1, 1, 0x04, 0x00, address, 0x00, 0x02));
      return (await heard(socket, length)).slice(7, 9);
    };
    expect(await asked(0x48, 13)).toEqual([0x04, 4]);
    for (let tick = 0; tick < 2; tick++) {
      time.advance(6000);
      tell({ powerW: 2 });
    }
    expect(await asked(0x34, 13)).toEqual([0x04, 4]);
    expect(servers.get('box')?.fault).toBeUndefined();
    expect(await asked(0x48, 9)).toEqual([0x84, 0x0b]);
    const facts = { quantity: 'energyImportWh', meter: 'cellar.house', seconds: 13, most: 10 };
    expect(servers.get('box')?.fault).toMatchObject({ code: 'modbusServer.oldQuantity', facts });
    tell({ energyImportWh: 5001 });
    expect(servers.get('box')?.fault).toBeUndefined();
    expect(await asked(0x48, 13)).toEqual([0x04, 4]);
  });

  it.skipIf(!hasMbpoll)('is read by mbpoll (needs mbpoll)', async () => {
    const { servers, saved, tell, port, listening } = await rig();
    await servers.save(saved());
    await listening();
    tell({ powerW: -1500.5 });
    const args = ['-m', 'tcp', '-p', `${port}`, '-a', '1', '-0', '-1', '-q', '-t', '3:float', '-B'];
    const { stdout } = await promisify(execFile)('mbpoll', [...args, '-r', '52', '-c', '1', '127.0.0.1']);
    expect(stdout).toMatch(/\[52\]:\s+-1500\.5/);
  });

  it('answers each request with its transaction, in any pieces and several at once; other units have no way', async () => {
    const { servers, saved, tell, client } = await rig();
    await servers.save(saved());
    tell({ powerW: 42 });
    const socket = await client();
    const both = Buffer.concat([request(0x1234, 1, ...readPower), request(7, 2, ...readPower)]);
    for (const byte of both) socket.write(Uint8Array.of(byte));
    const bytes = await heard(socket, 13 + 9);
    expect(bytes.slice(0, 9)).toEqual([0x12, 0x34, 0, 0, 0, 7, 1, 4, 4]);
    expect(powerOf(bytes)).toBe(42);
    expect(bytes.slice(13)).toEqual([0, 7, 0, 0, 0, 3, 2, 0x84, 0x0a]);
    // Another protocol gets no answer, and does not lose the place.
    const foreign = request(8, 1, ...readPower);
    foreign[3] = 1;
    socket.write(Buffer.concat([foreign, request(9, 1, ...readPower)]));
    expect((await heard(socket, 13)).slice(0, 2)).toEqual([0, 9]);
  });

  it('has the gateway asked for live values, waits a moment for the first, and lets it be a minute after the last question', async () => {
    const { servers, saved, tell, client, time, watched } = await rig();
    await servers.save(saved());
    time.advance(modbusServerLimits.watchedMs);
    expect(watched.get('cellar')).toBe(0);
    const socket = await client();
    socket.write(request(1, 1, ...readPower));
    while (watched.get('cellar') !== 1 || servers.counters()['modbusServers.clients'] !== 1)
      await new Promise(resolve => setImmediate(resolve));
    // Its question has to be there before time goes on.
    await new Promise(resolve => setTimeout(resolve, 20));
    time.advance(100);
    tell({ powerW: 3 });
    const answer = heard(socket, 13);
    time.advance(100);
    expect(powerOf(await answer)).toBe(3);
    time.advance(59_000);
    expect(watched.get('cellar')).toBe(1);
    time.advance(1000);
    expect(watched.get('cellar')).toBe(0);
  });

  it('hangs up on those who may not ask, are too many, silent or no Modbus, and counts them', async () => {
    const { servers, saved, client, time, port, tell } = await rig();
    await servers.save(saved());
    const nonsense = await client();
    nonsense.write('GET / HTTP/1.1\r\n\r\n');
    await once(nonsense, 'close');
    expect(servers.counters()['modbusServers.broken']).toBe(1);
    const sockets = [];
    for (let index = 0; index < modbusServerLimits.connections; index++) sockets.push(await client());
    while (servers.counters()['modbusServers.clients'] !== modbusServerLimits.connections)
      await new Promise(resolve => setImmediate(resolve));
    await once(await client(), 'close');
    expect(servers.counters()['modbusServers.refused']).toBe(1);
    time.advance(modbusServerLimits.idleMs);
    while (servers.counters()['modbusServers.clients'] !== 0)
      await new Promise(resolve => setImmediate(resolve));
    expect(servers.counters()['modbusServers.hungUpOn']).toBe(modbusServerLimits.connections);
    await servers.save(saved({ clients: [{ address: '127.0.0.2' }] }));
    await once(await client(), 'close');
    expect(servers.counters()['modbusServers.refused']).toBe(2);
    const named = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    ended.push(() => named.destroy());
    tell({ powerW: 4 });
    named.write(request(1, 1, ...readPower));
    expect(powerOf(await heard(named, 13))).toBe(4);
  });

  it('lets in who comes again without a goodbye, and hangs up on nobody who asks', async () => {
    const { servers, saved, client, time, tell } = await rig();
    await servers.save(saved());
    const asking = await client();
    for (let index = 1; index < modbusServerLimits.connections; index++) await client();
    while (servers.counters()['modbusServers.clients'] !== modbusServerLimits.connections)
      await new Promise(resolve => setImmediate(resolve));
    time.advance(modbusServerLimits.givesWayMs);
    tell({ powerW: 5 });
    asking.write(request(1, 1, ...readPower));
    expect(powerOf(await heard(asking, 13))).toBe(5);
    for (const socket of [await client(), asking]) {
      socket.write(request(2, 1, ...readPower));
      expect(powerOf(await heard(socket, 13))).toBe(5);
    }
    expect(servers.counters()).toMatchObject({
      'modbusServers.refused': 0,
      'modbusServers.hungUpOn': 1,
      'modbusServers.clients': modbusServerLimits.connections,
    });
  });

  it('hangs up on nobody’s only connection for others, however seldom it asks', async () => {
    const { servers, saved, client, time, tell } = await rig();
    const are = async (name: string, count: number) => {
      while (servers.counters()[`modbusServers.${name}`] !== count)
        await new Promise(resolve => setImmediate(resolve));
    };
    await servers.save(saved());
    const box = await client('127.0.0.2');
    await are('clients', 1);
    time.advance(modbusServerLimits.givesWayMs);
    for (let index = 0; index < modbusServerLimits.connections; index++) await client();
    await are('refused', 1);
    tell({ powerW: 5 });
    box.write(request(1, 1, ...readPower));
    expect(powerOf(await heard(box, 13))).toBe(5);
  });

  it('answers who asks too fast later, and all of it', async () => {
    const { servers, saved, tell, client, time } = await rig();
    await servers.save(saved());
    tell({ powerW: 1 });
    const socket = await client();
    const many = modbusServerLimits.requestsPerS + 50;
    socket.write(Buffer.concat(Array.from({ length: many }, (_, id) => request(id, 1, ...readPower))));
    const first = await heard(socket, 13 * modbusServerLimits.requestsPerS);
    expect(servers.counters()['modbusServers.slowedDown']).toBe(1);
    expect(first.length).toBe(13 * modbusServerLimits.requestsPerS);
    const rest = heard(socket, 13 * 50);
    time.advance(1000);
    expect((await rest).slice(-13, -11)).toEqual([0, many - 1]);
  });

  it('stays what it is through a restart, and tells what is wrong with its port', async () => {
    const { servers, saved, open, port, client, tell, listening } = await rig();
    await servers.save(saved({ serial: 77 }));
    await client();
    servers.close();
    const again = await open();
    expect(again.get('box')).toMatchObject({
      isOn: true,
      settings: { meter: 'cellar.house', port, serial: 77 },
    });
    await listening(again);
    tell({ powerW: 9 });
    const socket = connect(port, '127.0.0.1');
    ended.push(() => socket.destroy());
    socket.write(request(1, 1, ...readPower));
    expect(powerOf(await heard(socket, 13))).toBe(9);
    await again.save({ ...saved(), isOn: false });
    const taken = createServer().listen(port, '127.0.0.1');
    ended.push(() => taken.close());
    await once(taken, 'listening');
    await again.save(saved());
    while (again.get('box')?.fault === undefined) await new Promise(resolve => setImmediate(resolve));
    expect(again.get('box')?.fault?.message).toMatch(/^port \d+ is taken by another program at 127\.0\.0\.1/);
    await again.remove('box');
    expect(again.list()).toEqual([]);
  });

  it('is refused where its settings cannot be right, in words', async () => {
    const { servers, saved, port } = await rig();
    await servers.save(saved());
    const refusedBy = async (settings: object, more: object = {}) =>
      servers.save({ ...saved(), id: 'other', ...more, settings }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    const meter = 'cellar.house';
    expect(await refusedBy({ meter, port })).toMatch(/^port: \d+ is that of box; another is allowed$/);
    expect(await refusedBy({ meter: 'house', port: 1502 })).toMatch(/^meter: house given; GATEWAY\.METER/);
    expect(await refusedBy({ meter, port: 1502, address: '0.0.0.0' })).toMatch(
      /^clients: nobody but this machine/,
    );
    expect(await refusedBy({ meter, port: 1502, address: 'cellar' })).toMatch(
      /^address: cellar is no IP address/,
    );
    expect(await refusedBy({ meter, port: 1502, unit: 250 })).toMatch(/^unit: 250 given; 0 to 247, or 255/);
    expect(await refusedBy({ meter, port: 1502, clients: [{ address: 'the box' }] })).toMatch(
      /^clients\.0\.address: the box given/,
    );
    expect(await refusedBy({ meter, port: 1502, oldestS: 1 })).toMatch(/^oldestS: /);
    expect(await refusedBy({ meter, port: 1502 }, { kind: 'sdm72' })).toMatch(
      /^kind: sdm72 given; one of eastron-sdm630/,
    );
  });
});

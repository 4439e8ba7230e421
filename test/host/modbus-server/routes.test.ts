import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeLabPort } from '../../../simulator/lab/lab-port.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../api/host-under-test.ts';
import { storeSite } from '../api/stored-site.ts';

let host: HostUnderTest;
let cookie: string;
let port: number;
beforeAll(async () => {
  port = await freeLabPort();
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(() => host.close());

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/modbus-servers${path}`, headers: { cookie }, ...(body && { body }) });

describe('Modbus servers by the API', () => {
  it('show a meter to the reader of meters of this very program, as it is', async () => {
    const settings = { meter: 'cellar.house', port, unit: 3 };
    const body = { id: 'box', kind: 'eastron-sdm630', name: 'Wall box', settings };
    const made = await ask('POST', '', body);
    expect([made.statusCode, made.json()]).toMatchObject([
      201,
      { id: 'box', isOn: true, settings, clients: 0, fault: null },
    ]);
    const values = { powerW: -4321.5, powerL1W: -1000.25, voltageL1V: 231.5, energyImportWh: 1_234_000 };
    const tell = () => host.fleet.live('cellar', { house: { atMs: Date.now(), values } });
    tell();
    const telling = setInterval(tell, 200);
    const meters = [{ id: 'read', name: 'Read', profile: 'eastron-sdm630', unit: 3, sampleMs: 200 }];
    const way = { transport: 'tcp', host: '127.0.0.1', port };
    const gone = new AbortController();
    const probe = await host.connectors.probe('modbus', { ...way, meters }, gone.signal);
    clearInterval(telling);
    expect(probe.fault).toBeUndefined();
    expect(probe.meters[0]?.values).toMatchObject(values);
    expect(Object.keys(probe.meters[0]?.values ?? {}).sort()).toEqual(Object.keys(values).sort());
  });

  it('are tried before they are saved: whether they could listen, and why not', async () => {
    const probe = async (its: object, id?: string) => {
      const settings = { meter: 'cellar.house', port, ...its };
      return ask('POST', '/probe', { kind: 'eastron-sdm630', settings, ...(id !== undefined && { id }) });
    };
    // Its own port is none that is taken; that of another server, or of another program, is.
    expect((await probe({}, 'box')).json()).toEqual({ fault: null, why: null });
    expect((await probe({})).json()).toMatchObject({
      code: 'modbusServer.settings',
      message: `port: ${port} is that of box; another is allowed.`,
    });
    const program = createServer().listen(0, '127.0.0.1');
    await once(program, 'listening');
    const { port: taken } = program.address() as AddressInfo;
    const fault = `port ${taken} is taken by another program at 127.0.0.1; end it, or choose another port`;
    expect((await probe({ port: taken })).json()).toEqual({
      fault,
      why: { code: 'listen.taken', facts: { port: taken, address: '127.0.0.1' } },
    });
    program.close();
    await once(program, 'close');
    expect((await probe({ port: taken })).json()).toEqual({ fault: null, why: null });
    // And is free again after that.
    expect((await probe({ port: taken })).json()).toEqual({ fault: null, why: null });
    expect((await probe({ port: taken, meter: 'cellar.attic' })).json()).toMatchObject({
      code: 'meter.unknown',
    });
    expect((await probe({}, 'nobody')).json()).toMatchObject({ code: 'modbusServer.unknown' });
    expect((await ask('GET', '')).json()).toHaveLength(1);
  });

  it('are changed, told in the audit log, and removed; an unknown meter is refused', async () => {
    const settings = { meter: 'cellar.house', port };
    const change = { name: 'Box', isOn: false, settings };
    expect((await ask('PUT', '/box', change)).json()).toMatchObject({ ...change, fault: null });
    const unknown = await ask('PUT', '/box', { ...change, settings: { ...settings, meter: 'cellar.attic' } });
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'meter.unknown']);
    const wrong = await ask('PUT', '/box', { ...change, settings: { ...settings, oldestS: 300 } });
    expect([wrong.statusCode, wrong.json()]).toMatchObject([400, { code: 'modbusServer.settings' }]);
    expect((await ask('PUT', '/other', change)).json()).toMatchObject({ code: 'modbusServer.unknown' });
    expect((await ask('GET', '/kinds')).json()).toMatchObject([{ id: 'eastron-sdm630' }]);
    expect((await ask('DELETE', '/box')).statusCode).toBe(204);
    expect((await ask('GET', '')).json()).toEqual([]);
    const audit = await host.ask({ url: '/api/v1/audit', headers: { cookie } });
    for (const action of ['create', 'change', 'remove'])
      expect(audit.body).toContain(`"modbusServer.${action}"`);
  });
});

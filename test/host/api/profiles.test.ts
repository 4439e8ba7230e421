import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profiles } from '#profiles/registry.ts';
import type { Profile } from '../../../host/api/contract.ts';
import { settingsMistakes } from '../../../host/api/settings-check.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await call('POST', 'gateways', { id: 'cellar' });
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
});

const call = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/${path}`, headers: { cookie }, ...(body && { body }) });
const check = async (text: string) => (await call('POST', 'profiles/check', { text })).json();
const textOf = async (id: string, query = ''): Promise<string> =>
  (await call('GET', `profiles/${id}/text${query}`)).json().text;

const withRegisters = profiles.filter(
  profile => profile.kind === 'modbus' && profile.sunspec === undefined && profile.registers.length > 0,
);

describe('the profiles of the API', () => {
  it('are all that there are, with every register, and say which are doubtful and where they come from', async () => {
    const all: Profile[] = (await call('GET', 'profiles')).json();
    expect(all.map(({ id }) => id)).toEqual(profiles.map(({ id }) => id));
    for (const profile of profiles) {
      const told = all.find(({ id }) => id === profile.id);
      if (profile.kind !== 'modbus') continue;
      expect(told?.registers.length).toBe(profile.registers.length);
      expect(told?.source).toBe(profile.source ?? null);
      expect(told?.note).toBe(profile.note ?? null);
      const doubtful = profile.registers.filter(({ isDoubtful }) => isDoubtful);
      expect(told?.registers.filter(({ isDoubtful }) => isDoubtful)).toHaveLength(doubtful.length);
    }
  });

  it('can each be started from: as a text it has no mistake and a name of its own, and a busy gateway has room', async () => {
    expect(withRegisters.length).toBeGreaterThan(30);
    const lines = [
      { id: 'bus', kind: 'rs485' as const, port: '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI' },
    ];
    const meters = Array.from({ length: 16 }, (_, at) => ({
      id: `apartment-${at}`,
      name: `Apartment ${at}`,
      profile: 'eastron-sdm630',
      line: 'bus',
      address: at + 1,
    }));
    const tooMuch: string[] = [];
    for (const { id } of withRegisters) {
      const { mistakes, profile } = await check(await textOf(id));
      expect(mistakes, id).toEqual([]);
      expect(profile.id).toBe(`my-${id}`);
      if (settingsMistakes({ lines, meters, profiles: [profile] }).length > 0) tooMuch.push(id);
    }
    expect(tooMuch).toEqual([]);
  });

  it('are not all of Modbus meters', async () => {
    for (const id of ['sml-meter', 'sunspec', 'nothing']) {
      const refused = await call('GET', `profiles/${id}/text`);
      expect(refused.statusCode).toBe(404);
      expect(refused.json().code).toBe('profile.unknown');
    }
  });
});

describe('a profile that a person writes', () => {
  it('hears its mistakes with line and column, what was given and what is allowed', async () => {
    const text = await textOf('eastron-sdm120');
    const lines = text.split('\n');
    const at = lines.findIndex(line => line.includes('"voltageV"'));
    lines[at] = lines[at]?.replace('"voltageV"', '"voltV"') ?? '';
    const { mistakes, profile } = await check(lines.join('\n'));
    expect(profile).toBeNull();
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatchObject({ line: at + 1, field: 'registers[0].quantity' });
    expect(mistakes[0].column).toBe((lines[at]?.indexOf('"voltV"') ?? 0) + 1);
    expect(mistakes[0].message).toContain('voltV');
  });

  it('that is no JSON, and one that is empty, hear where', async () => {
    expect((await check('{\n  "kind": modbus\n}')).mistakes[0]).toMatchObject({ line: 2, column: 11 });
    expect((await check('')).mistakes[0]).toMatchObject({ line: 1, column: 1 });
    expect((await call('POST', 'profiles/check', { text: 'x'.repeat(70_000) })).statusCode).toBe(400);
  });

  it('goes to a gateway with its settings, and can be opened again', async () => {
    const { profile } = await check(await textOf('eastron-sdm120'));
    const lines = [{ id: 'bus', kind: 'rs485', port: 'uart1' }];
    const meters = [{ id: 'house', name: 'House', profile: profile.id, line: 'bus', address: 1 }];
    const put = await call('PUT', 'gateways/cellar/settings', { lines, meters, profiles: [profile] });
    expect(put.statusCode, put.body).toBe(200);
    expect(put.json().desired.profiles).toEqual([profile]);
    expect((await check(await textOf(profile.id, '?gateway=cellar'))).profile).toEqual(profile);
    const without = await call('PUT', 'gateways/cellar/settings', { lines, meters });
    expect(without.json()).toMatchObject({ code: 'settings.invalid', field: 'meters[0].profile' });
  });

  it('is refused in settings with the field of its mistake', async () => {
    const { profile } = await check(await textOf('eastron-sdm120'));
    const wrong = { ...profile, registers: [{ ...profile.registers[0], quantity: 'voltV' }] };
    const put = await call('PUT', 'gateways/cellar/settings', { lines: [], meters: [], profiles: [wrong] });
    expect(put.statusCode).toBe(422);
    expect(put.json().field).toBe('profiles[0].registers[0].quantity');
  });
});

import { TOTP } from 'otpauth';
import { toHex } from '#core/bytes.ts';
import { pairingSecret, proofOf } from '#core/pairing.ts';
import { readCode } from '#core/pairing-code.ts';
import { sha256 } from '../../host/pairing/pairing.ts';
import { password } from '../host/api/host-under-test.ts';
import { personWith } from '../host/api/signed-in.ts';
import { siteStartMs } from '../host/api/stored-site.ts';
import { batchOf, gaugeWindow } from '../host/store/memory-store.ts';
import { alarmRuleOf } from './route-examples.ts';
import type { Stage } from './stage.ts';

/** One request to a route that changes something, as it is right. */
export interface Change {
  readonly route: string;
  /** Below /api/v1/. What `before` finds out takes the place of what stands here. */
  readonly path: string;
  readonly body?: object | string;
  readonly type?: string;
  /** Makes what it needs, and tells what is other in the request by it. */
  readonly before?: (stage: Stage) => Promise<Partial<Pick<Change, 'path' | 'body'>>>;
  /** What it is answered where it is right; 2xx without it. */
  readonly status?: number;
  /** It only looks, or what it leaves is gone with the host: no entry in the audit log. */
  readonly isNoChange?: true;
  /** Tables that a right request writes to, beside `audit` and those of sessions. */
  readonly writes?: readonly string[];
  /** Asked by a stranger. */
  readonly isPublic?: true;
}

const id16 = '0123456789abcdef';
const uuid = '00000000-0000-4000-8000-000000000000';
const settings = {
  lines: [{ id: 'bus', kind: 'rs485', port: 'uart1', baud: 9600 }],
  meters: [{ id: 'house', name: 'House', line: 'bus', profile: 'eastron-sdm630', address: 1 }],
};
const loggerSettings = { meters: [{ id: 'house', name: 'House', everyS: 60 }] };
const channel = {
  name: 'Hook',
  isOn: false,
  language: 'en',
  messagesPerHour: 20,
  quiet: null,
  settings: { url: 'http://127.0.0.1:1/hook', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
};
/** With the key and secret of RFC 8291's example. */
const phone = {
  channel: 'phones',
  label: 'a phone',
  endpoint: 'https://push.example/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};
const modbusServer = { name: 'Wall box', isOn: false, settings: { meter: 'cellar.house', port: 1502 } };
const forward = {
  name: 'Out',
  isOn: false,
  choice: { gateways: null, meters: null, quantities: null },
  keepDays: 7,
  settings: { url: 'http://127.0.0.1:1/in', token: 'whatever' },
};
const correction = {
  series: 'cellar.house.powerW',
  kind: 'scale',
  fromMs: siteStartMs,
  toMs: siteStartMs + 60_000,
  factor: 2,
  why: 'a transformer',
};
const importOf = (file: string) => ({
  file,
  time: { columns: ['time'], format: 'iso' },
  columns: [{ column: 'power', meter: 'cellar.old', quantity: 'powerW' }],
  windowS: 60,
});
const csv = 'time,power\n2026-01-01T00:00:00Z,100\n2026-01-01T00:01:00Z,110\n';
const hello = { device: 'gateway-3f2a', chip: 'esp32', board: 'a board', firmware: '0.1.0' };

const posted = async ({ ada }: Stage, path: string, body?: object) => {
  const response = await ada.ask('POST', `/api/v1/${path}`, body);
  if (response.statusCode >= 300)
    throw new Error(`POST ${path} gave ${response.statusCode}: ${response.body}`);
  return response.json();
};
const ruleMade = async (stage: Stage): Promise<string> =>
  (await posted(stage, 'alarm-rules', alarmRuleOf('cellar.house'))).id;
/** An alarm of a window that comes after its rule. */
const alarmOf = async (stage: Stage): Promise<string> => {
  await ruleMade(stage);
  const { store, clock, alarms } = stage.host;
  const startMs = Math.ceil(clock.nowMs / 10_000) * 10_000;
  const record = { ...gaugeWindow(startMs, 5000), meter: 'house' };
  const windows = [{ gateway: 'cellar', record }];
  const watermarks = [{ gateway: 'cellar', epoch: '00000000000000ab', sequence: startMs }];
  await store.commit(batchOf(store, { windows, watermarks }));
  await alarms.settled();
  return (await stage.ada.ask('GET', '/api/v1/alarm-events')).json()[0].id;
};
const sentFile = async ({ host, ada }: Stage): Promise<string> => {
  const headers = { ...ada.headers, 'content-type': 'text/csv' };
  const sent = await host.ask({
    method: 'POST',
    url: '/api/v1/imports/files?name=a.csv',
    headers,
    body: csv,
  });
  return String(sent.json().id);
};
const codeOf = (secret: string, atMs: number) => new TOTP({ secret }).generate({ timestamp: atMs });
const factors = { secret: '' };

/** Of every route that takes POST, PUT, PATCH or DELETE: in an order in which each finds what it needs. */
export const changes: readonly Change[] = [
  {
    route: 'POST /api/v1/setup',
    path: 'setup',
    body: { code: 'AAAA-AAAA-AAAA', user: 'eve', password },
    status: 409,
    isNoChange: true,
    isPublic: true,
  },
  {
    route: 'POST /api/v1/session',
    path: 'session',
    body: { user: 'ada', password, secondFactor: '123456' },
    isPublic: true,
    writes: ['account_right'],
  },
  {
    route: 'POST /api/v1/gateways',
    path: 'gateways',
    body: { id: 'attic', site: 'home' },
    writes: ['gateway', 'gateway_credential', 'gateway_site'],
  },
  {
    route: 'POST /api/v1/gateways/:id/credential',
    path: 'gateways/cellar/credential',
    writes: ['gateway_credential'],
  },
  {
    route: 'DELETE /api/v1/gateways/:id/credential',
    path: 'gateways/cellar/credential',
    writes: ['gateway_credential'],
  },
  {
    route: 'PUT /api/v1/gateways/:id/site',
    path: 'gateways/attic/site',
    body: { site: 'barn' },
    writes: ['gateway_site', 'site', 'site_book'],
  },
  {
    route: 'PUT /api/v1/gateways/:id/settings',
    path: 'gateways/cellar/settings',
    body: settings,
    writes: ['gateway'],
  },
  {
    route: 'POST /api/v1/gateways/:id/commands',
    path: 'gateways/cellar/commands',
    body: { name: 'restart' },
    status: 504,
  },
  {
    route: 'POST /api/v1/gateways/:id/update',
    path: 'gateways/cellar/update',
    body: { image: id16, isAgain: false },
    before: async ({ image }) => ({ body: { image } }),
    writes: ['rollout'],
  },
  ...(['pause', 'resume', 'cancel'] as const).map(
    (step): Change => ({
      route: `POST /api/v1/rollouts/:id/${step}`,
      path: `rollouts/${uuid}/${step}`,
      before: async ({ ada }) => {
        const [{ id }] = (await ada.ask('GET', '/api/v1/rollouts')).json();
        return { path: `rollouts/${id}/${step}` };
      },
      writes: ['rollout'],
    }),
  ),
  {
    route: 'POST /api/v1/rollouts',
    path: 'rollouts',
    body: { gateways: ['cellar'], change: { windowS: 30, profile: 'eastron-sdm630' }, shares: [100] },
    before: async () => ({ body: { gateways: ['cellar'], change: { windowS: 30 } } }),
    writes: ['rollout', 'gateway'],
  },
  {
    route: 'POST /api/v1/corrections/preview',
    path: 'corrections/preview',
    body: correction,
    isNoChange: true,
  },
  {
    route: 'POST /api/v1/corrections',
    path: 'corrections',
    body: correction,
    writes: ['correction', 'correction_rebuild'],
  },
  {
    route: 'POST /api/v1/corrections/:id/undo',
    path: 'corrections/1/undo',
    body: { why: 'it was right' },
    writes: ['correction', 'correction_rebuild'],
  },
  {
    route: 'POST /api/v1/imports/files',
    path: 'imports/files?name=a.csv',
    body: csv,
    type: 'text/csv',
    isNoChange: true,
  },
  {
    route: 'POST /api/v1/imports/check',
    path: 'imports/check',
    body: importOf('file'),
    before: async stage => ({ body: importOf(await sentFile(stage)) }),
    isNoChange: true,
  },
  {
    route: 'POST /api/v1/imports',
    path: 'imports',
    body: { ...importOf('file'), why: 'the old system' },
    before: async stage => ({ body: { ...importOf(await sentFile(stage)), why: 'the old system' } }),
    writes: ['import'],
  },
  {
    route: 'POST /api/v1/imports/look',
    path: 'imports/look',
    body: { file: 'file' },
    before: async stage => ({ body: { file: await sentFile(stage) } }),
    isNoChange: true,
  },
  {
    route: 'DELETE /api/v1/imports/files/:id',
    path: 'imports/files/0123456789abcdef',
    before: async stage => ({ path: `imports/files/${await sentFile(stage)}` }),
    isNoChange: true,
  },
  { route: 'DELETE /api/v1/imports/:id', path: 'imports/1', writes: ['import'] },
  {
    route: 'POST /api/v1/pairings',
    path: 'pairings',
    body: { gateway: 'hall', site: 'home' },
  },
  {
    route: 'DELETE /api/v1/pairings/:id',
    path: `pairings/${id16}`,
    before: async stage => ({ path: `pairings/${(await posted(stage, 'pairings', {})).id}` }),
  },
  {
    route: 'POST /api/v1/pair',
    path: 'pair',
    isPublic: true,
    body: { v: 1, nonce: '00'.repeat(16), ...hello, proof: '00'.repeat(32) },
    before: async stage => {
      const { code } = await posted(stage, 'pairings', {});
      const nonce = new Uint8Array(16).fill(7);
      const secret = pairingSecret(sha256, readCode(code) ?? code);
      return {
        body: { v: 1, nonce: toHex(nonce), ...hello, proof: toHex(proofOf(sha256, secret, nonce, hello)) },
      };
    },
    writes: ['gateway', 'gateway_credential', 'gateway_site'],
  },
  { route: 'POST /api/v1/profiles/check', path: 'profiles/check', body: { text: '{}' }, isNoChange: true },
  {
    route: 'POST /api/v1/sites',
    path: 'sites',
    body: { id: 'shed', name: 'The shed' },
    writes: ['site', 'site_book'],
  },
  {
    route: 'PUT /api/v1/sites/:site',
    path: 'sites/shed',
    body: {
      version: 0,
      name: 'The shed',
      meters: { 'cellar.house': { name: 'House', role: 'grid', below: 'cellar.sun' } },
      tariff: {
        currency: 'EUR',
        prices: [{ from: '2026-01-01', importPerKwh: 0.3, exportPerKwh: 0.1, perDay: 0.2 }],
      },
    },
    before: async ({ ada }) => ({
      body: {
        version: (await ada.ask('GET', '/api/v1/sites/shed')).json().version,
        name: 'Shed',
        meters: {},
        tariff: null,
      },
    }),
    writes: ['site', 'site_book'],
  },
  { route: 'DELETE /api/v1/sites/:site', path: 'sites/shed', writes: ['site', 'site_book'] },
  {
    route: 'POST /api/v1/accounts',
    path: 'accounts',
    body: { user: 'bert', password: 'what bert will change', roles: { home: 'viewer' } },
    writes: ['account', 'account_right'],
  },
  {
    route: 'PATCH /api/v1/accounts/:user',
    path: 'accounts/bert',
    body: { roles: { home: 'operator' }, password: 'another that bert changes' },
    writes: ['account', 'account_right'],
  },
  { route: 'DELETE /api/v1/accounts/:user', path: 'accounts/bert', writes: ['account', 'account_right'] },
  {
    route: 'PUT /api/v1/account/password',
    path: 'account/password',
    body: { password, newPassword: 'quite another horse staple' },
    before: async () => ({ body: { password, newPassword: 'quite another horse staple' } }),
    writes: ['account', 'account_right'],
  },
  {
    route: 'DELETE /api/v1/account/sessions/:id',
    path: `account/sessions/${id16}`,
    before: async ({ host, ada }) => {
      await host.auth.sessions.begin('ada');
      const sessions: { id: string; isThis: boolean }[] = (
        await ada.ask('GET', '/api/v1/account/sessions')
      ).json();
      return { path: `account/sessions/${sessions.find(({ isThis }) => !isThis)?.id}` };
    },
  },
  {
    route: 'DELETE /api/v1/account/sessions',
    path: 'account/sessions',
    before: async ({ host }) => {
      await host.auth.sessions.begin('ada');
      return {};
    },
  },
  {
    route: 'POST /api/v1/account/second-factor',
    path: 'account/second-factor',
    body: { password },
    before: async () => ({ body: { password: 'quite another horse staple' } }),
    isNoChange: true,
  },
  {
    route: 'PUT /api/v1/account/second-factor',
    path: 'account/second-factor',
    body: { password, code: '123456' },
    before: async stage => {
      const proof = { password: 'quite another horse staple' };
      const { secret } = await posted(stage, 'account/second-factor', proof);
      factors.secret = secret;
      return { body: { ...proof, code: codeOf(secret, stage.host.clock.nowMs) } };
    },
    writes: ['second_factor', 'spare_code'],
  },
  {
    route: 'POST /api/v1/account/second-factor/off',
    path: 'account/second-factor/off',
    body: { password },
    before: async () => ({ body: { password: 'quite another horse staple' } }),
    writes: ['second_factor', 'spare_code'],
  },
  {
    route: 'POST /api/v1/tokens',
    path: 'tokens',
    body: { name: 'a program', scopes: ['read'], sites: ['home'], expiresMs: Date.UTC(2027, 0) },
    writes: ['api_token'],
  },
  {
    route: 'DELETE /api/v1/tokens/:id',
    path: `tokens/${id16}`,
    before: async ({ ada }) => ({ path: `tokens/${(await ada.ask('GET', '/api/v1/tokens')).json()[0].id}` }),
    writes: ['api_token'],
  },
  {
    route: 'POST /api/v1/shares',
    path: 'shares',
    body: {
      name: 'a link',
      site: 'home',
      view: '#/',
      meters: ['cellar.house'],
      expiresMs: Date.UTC(2027, 0),
    },
    writes: ['share_link'],
  },
  {
    route: 'DELETE /api/v1/shares/:id',
    path: `shares/${id16}`,
    before: async ({ ada }) => ({ path: `shares/${(await ada.ask('GET', '/api/v1/shares')).json()[0].id}` }),
    writes: ['share_link'],
  },
  {
    route: 'POST /api/v1/mqtt-clients',
    path: 'mqtt-clients',
    body: { id: 'homeassistant', sites: ['home'], mayWrite: false },
    writes: ['mqtt_client'],
  },
  {
    route: 'POST /api/v1/mqtt-clients/:id/password',
    path: 'mqtt-clients/homeassistant/password',
    writes: ['mqtt_client'],
  },
  { route: 'DELETE /api/v1/mqtt-clients/:id', path: 'mqtt-clients/homeassistant', writes: ['mqtt_client'] },
  {
    route: 'POST /api/v1/connectors',
    path: 'connectors',
    body: { id: 'logger', kind: 'http', name: 'Logger', site: 'home', settings: loggerSettings },
    writes: ['connector'],
  },
  {
    route: 'PUT /api/v1/connectors/:id',
    path: 'connectors/logger',
    body: { name: 'Old logger', isOn: false, settings: loggerSettings },
    writes: ['connector'],
  },
  {
    route: 'POST /api/v1/connectors/probe',
    path: 'connectors/probe',
    body: { kind: 'nothing', settings: {} },
    status: 400,
    isNoChange: true,
  },
  {
    route: 'POST /api/v1/connectors/discover',
    path: 'connectors/discover',
    body: { kind: 'nothing', settings: {} },
    status: 400,
    isNoChange: true,
  },
  { route: 'DELETE /api/v1/connectors/:id', path: 'connectors/logger', writes: ['connector'] },
  {
    route: 'POST /api/v1/alarm-rules',
    path: 'alarm-rules',
    body: alarmRuleOf('cellar.house'),
    writes: ['alarm_rule'],
  },
  {
    route: 'PUT /api/v1/alarm-rules/:id',
    path: `alarm-rules/${uuid}`,
    body: { ...alarmRuleOf('cellar.house'), name: 'other' },
    before: async stage => ({ path: `alarm-rules/${await ruleMade(stage)}` }),
    writes: ['alarm_rule'],
  },
  {
    route: 'POST /api/v1/alarm-rules/:id/snooze',
    path: `alarm-rules/${uuid}/snooze`,
    body: { untilMs: null },
    before: async stage => ({ path: `alarm-rules/${await ruleMade(stage)}/snooze` }),
    writes: ['alarm_rule'],
  },
  {
    route: 'POST /api/v1/alarm-rules/try',
    path: 'alarm-rules/try',
    body: {
      target: { meter: 'cellar.house' },
      condition: alarmRuleOf('cellar.house').condition,
      fromMs: siteStartMs,
      toMs: siteStartMs + 60_000,
    },
    isNoChange: true,
  },
  {
    route: 'POST /api/v1/alarm-events/:id/acknowledge',
    path: `alarm-events/${uuid}/acknowledge`,
    before: async stage => ({ path: `alarm-events/${await alarmOf(stage)}/acknowledge` }),
    writes: ['alarm_event', 'alarm_rule', 'alarm_state'],
  },
  {
    route: 'POST /api/v1/alarm-events/:id/comments',
    path: `alarm-events/${uuid}/comments`,
    body: { text: 'it was the oven' },
    before: async stage => ({ path: `alarm-events/${await alarmOf(stage)}/comments` }),
    writes: ['alarm_event', 'alarm_rule', 'alarm_state'],
  },
  {
    route: 'DELETE /api/v1/alarm-rules/:id',
    path: `alarm-rules/${uuid}`,
    before: async stage => ({ path: `alarm-rules/${await ruleMade(stage)}` }),
    writes: ['alarm_rule', 'alarm_event', 'alarm_state'],
  },
  {
    route: 'POST /api/v1/modbus-servers',
    path: 'modbus-servers',
    body: { id: 'wall-box', kind: 'eastron-sdm630', ...modbusServer },
    writes: ['modbus_server'],
  },
  {
    route: 'POST /api/v1/modbus-servers/probe',
    path: 'modbus-servers/probe',
    body: { kind: 'nothing', settings: {} },
    status: 400,
    isNoChange: true,
  },
  {
    route: 'PUT /api/v1/modbus-servers/:id',
    path: 'modbus-servers/wall-box',
    body: modbusServer,
    writes: ['modbus_server'],
  },
  {
    route: 'DELETE /api/v1/modbus-servers/:id',
    path: 'modbus-servers/wall-box',
    writes: ['modbus_server'],
  },
  {
    route: 'POST /api/v1/home-assistant',
    path: 'home-assistant',
    body: { id: 'hall', name: 'Hall', isOn: false },
    writes: ['home_assistant'],
  },
  {
    route: 'POST /api/v1/home-assistant/probe',
    path: 'home-assistant/probe',
    body: { settings: {} },
    isNoChange: true,
  },
  {
    route: 'PUT /api/v1/home-assistant/:id',
    path: 'home-assistant/hall',
    body: { name: 'Hall', site: null, isOn: false, settings: { everyS: 30 } },
    writes: ['home_assistant'],
  },
  {
    route: 'DELETE /api/v1/home-assistant/:id',
    path: 'home-assistant/hall',
    writes: ['home_assistant'],
  },
  {
    route: 'POST /api/v1/channels',
    path: 'channels',
    body: { id: 'hook', kind: 'webhook', ...channel },
    writes: ['channel'],
  },
  { route: 'PUT /api/v1/channels/:id', path: 'channels/hook', body: channel, writes: ['channel'] },
  // Nobody listens there: the answer says so.
  { route: 'POST /api/v1/channels/:id/test', path: 'channels/hook/test' },
  { route: 'DELETE /api/v1/channels/:id', path: 'channels/hook', writes: ['channel'] },
  {
    route: 'POST /api/v1/push-browsers',
    path: 'push-browsers',
    body: phone,
    before: async stage => {
      await posted(stage, 'channels', { id: 'phones', kind: 'web-push', ...channel, settings: {} });
      return {};
    },
    writes: ['push', 'channel'],
  },
  {
    route: 'DELETE /api/v1/push-browsers/:id',
    path: `push-browsers/${uuid}`,
    before: async stage => ({ path: `push-browsers/${(await posted(stage, 'push-browsers', phone)).id}` }),
    writes: ['push'],
  },
  {
    route: 'POST /api/v1/forwards',
    path: 'forwards',
    body: { id: 'out', kind: 'http', ...forward },
    writes: ['forward', 'forward_cursor'],
  },
  {
    route: 'PUT /api/v1/forwards/:id',
    path: 'forwards/out',
    body: { ...forward, name: 'Other' },
    writes: ['forward'],
  },
  // Nothing was measured, or nobody listens there: the answer says so.
  { route: 'POST /api/v1/forwards/:id/test', path: 'forwards/out/test' },
  { route: 'POST /api/v1/forwards/:id/skip', path: 'forwards/out/skip', writes: ['forward_cursor'] },
  { route: 'DELETE /api/v1/forwards/:id', path: 'forwards/out', writes: ['forward', 'forward_cursor'] },
  { route: 'POST /api/v1/backups', path: 'backups' },
  // By a token with the scope ingest alone, and without an entry each: test/host/connectors/http, test/host/forward.
  { route: 'POST /api/v1/records', path: 'records', status: 403, isNoChange: true },
  { route: 'POST /api/v1/readings', path: 'readings', status: 403, isNoChange: true },
  { route: 'POST /api/v2/write', path: '../v2/write', status: 403, isNoChange: true },
  {
    route: 'DELETE /api/v1/session',
    path: 'session',
  },
];

/** Sends it as it is right, as the admin or as a stranger. */
export async function sendChange(stage: Stage, change: Change) {
  const { route, type, isPublic } = change;
  const found = (await change.before?.(stage)) ?? {};
  const { path, body } = { ...change, ...found };
  const [method] = route.split(' ');
  const person = isPublic ? personWith(stage.host, {}) : stage.ada;
  return stage.host.ask({
    method: method as 'POST',
    url: `/api/v1/${path}`,
    headers: { ...person.headers, ...(type !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
}

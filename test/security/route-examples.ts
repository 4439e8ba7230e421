import { password } from '../host/api/host-under-test.ts';
import { siteStartMs } from '../host/api/stored-site.ts';
import { importOf, type Place } from './two-sites.ts';

/** One request to a route, right in everything but who may send it. */
export interface Example {
  readonly url: string;
  readonly body?: object | string;
  readonly type?: string;
  /** What it is answered to who may, where that is no success and not what a lack of rights is answered. */
  readonly answers?: number;
  /** It does not end. */
  readonly isStream?: true;
}

export interface ExampleParts {
  /** Of what the request is about. */
  readonly place: Place;
  readonly file: string;
  readonly image: string;
  readonly atMs: number;
}

const range = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;
const hex16 = '0123456789abcdef';
const uuid = '00000000-0000-4000-8000-000000000000';
/** A rule of one meter. */
export const alarmRuleOf = (meter: string) => ({
  name: 'too much',
  isOn: true,
  severity: 'warning' as const,
  target: { meter },
  condition: {
    kind: 'threshold' as const,
    quantity: 'powerW' as const,
    of: 'mean' as const,
    operator: '>' as const,
    limit: 100,
    hysteresis: 0,
    forS: 0,
  },
  channels: [],
});
const gatewayAway = {
  kind: 'health',
  figure: 'gateway.online',
  operator: '==',
  limit: 0,
  hysteresis: 0,
  forS: 600,
} as const;
const factor = { password, code: '123456' };

/** Of every route the server has: a route without one fails the test. Those that take things away come last. */
export const examplesOf = ({
  place,
  file,
  image,
  atMs,
}: ExampleParts): Readonly<Record<string, readonly Example[]>> => {
  const { site, gateway, meter } = place;
  const api = '/api/v1';
  const ofSite = `site=${site}`;
  const change = { meter, kind: 'exclude', fromMs: siteStartMs, toMs: siteStartMs + 10_000, why: 'why' };
  const expiresMs = atMs + 86_400_000;
  const channel = {
    name: 'new',
    isOn: false,
    language: 'en',
    messagesPerHour: 20,
    quiet: null,
    settings: {},
  };
  const forward = {
    name: 'new',
    isOn: false,
    choice: { gateways: null, meters: null, quantities: null },
    keepDays: 7,
    settings: {},
  };
  return {
    'GET /*': [{ url: '/overview' }],
    'GET /api': [{ url: '/api', answers: 404 }],
    'GET /api/*': [{ url: `${api}/nothing`, answers: 404 }],
    'GET /api/docs': [{ url: '/api/docs' }],
    'GET /api/docs/': [{ url: '/api/docs/' }],
    'GET /api/docs/*': [{ url: '/api/docs/nothing', answers: 404 }],
    'GET /api/docs/json': [{ url: '/api/docs/json' }],
    'GET /api/docs/yaml': [{ url: '/api/docs/yaml' }],
    'GET /api/docs/static/index.html': [{ url: '/api/docs/static/index.html', answers: 302 }],
    'GET /api/docs/static/swagger-initializer.js': [{ url: '/api/docs/static/swagger-initializer.js' }],
    'GET /metrics': [{ url: '/metrics' }],
    'GET /metrics/values': [{ url: '/metrics/values', answers: 404 }],
    'GET /api/v1/health': [{ url: `${api}/health` }],
    'GET /api/v1/session': [{ url: `${api}/session` }],
    'GET /api/v1/sites': [{ url: `${api}/sites` }],
    'GET /api/v1/sites/:site': [{ url: `${api}/sites/${site}` }],
    'GET /api/v1/gateways': [{ url: `${api}/gateways` }, { url: `${api}/gateways?${ofSite}` }],
    'GET /api/v1/gateways/:id': [{ url: `${api}/gateways/${gateway}` }],
    'GET /api/v1/gateways/:id/settings': [{ url: `${api}/gateways/${gateway}/settings` }],
    'GET /api/v1/alarms': [
      { url: `${api}/alarms` },
      { url: `${api}/alarms?gateway=${gateway}` },
      { url: `${api}/alarms?${ofSite}` },
    ],
    'GET /api/v1/alarm-rules': [{ url: `${api}/alarm-rules` }],
    'GET /api/v1/alarm-events/:id': [{ url: `${api}/alarm-events/${uuid}`, answers: 404 }],
    'GET /api/v1/alarm-events': [{ url: `${api}/alarm-events` }, { url: `${api}/alarm-events?${ofSite}` }],
    'GET /api/v1/meters': [{ url: `${api}/meters` }, { url: `${api}/meters?${ofSite}` }],
    'GET /api/v1/meters/:key': [{ url: `${api}/meters/${meter}` }],
    'GET /api/v1/series': [{ url: `${api}/series` }, { url: `${api}/series?${ofSite}` }],
    'GET /api/v1/readings': [{ url: `${api}/readings?${range}&series=${meter}.powerW` }],
    'GET /api/v1/readings/at': [
      { url: `${api}/readings/at?series=${meter}.energyImportWh&at=${siteStartMs + 300_000}` },
    ],
    'GET /api/v1/statistics': [{ url: `${api}/statistics?${range}&series=${meter}.powerW` }],
    'GET /api/v1/latest': [{ url: `${api}/latest` }, { url: `${api}/latest?${ofSite}` }],
    'GET /api/v1/latest/:meter': [{ url: `${api}/latest/${meter}` }],
    'GET /api/v1/range': [{ url: `${api}/range?series=${meter}.powerW` }],
    'GET /api/v1/daily': [{ url: `${api}/daily?${range}&meter=${meter}` }],
    'GET /api/v1/totals': [{ url: `${api}/totals?${range}&period=day&meter=${meter}` }],
    'GET /api/v1/missing': [{ url: `${api}/missing?${range}&meter=${meter}` }],
    'GET /api/v1/counter-events': [{ url: `${api}/counter-events?${range}&meter=${meter}` }],
    'GET /api/v1/energy': [
      { url: `${api}/energy?${range}&period=day` },
      { url: `${api}/energy?${range}&period=day&${ofSite}` },
    ],
    'GET /api/v1/ledger': [
      { url: `${api}/ledger?${range}` },
      { url: `${api}/ledger?${range}&${ofSite}` },
      { url: `${api}/ledger?${range}&meter=${meter}` },
      { url: `${api}/ledger?${range}&gateway=${gateway}` },
    ],
    'GET /api/v1/exports/readings': [
      { url: `${api}/exports/readings?${range}` },
      { url: `${api}/exports/readings?${range}&${ofSite}` },
      { url: `${api}/exports/readings?${range}&series=${gateway}` },
      { url: `${api}/exports/readings?${range}&series=stable.house.powerW,${meter}.powerW` },
    ],
    'GET /api/v1/exports/totals': [
      { url: `${api}/exports/totals?${range}&period=day` },
      { url: `${api}/exports/totals?${range}&period=day&meters=stable,${meter}` },
    ],
    'GET /api/v1/events': [
      { url: `${api}/events?${ofSite}`, isStream: true },
      { url: `${api}/events?gateway=${gateway}`, isStream: true },
      { url: `${api}/events?gateway=${gateway}&line=bus`, isStream: true },
    ],
    'GET /api/v1/corrections': [{ url: `${api}/corrections?meter=${meter}` }],
    'GET /api/v1/imports': [{ url: `${api}/imports` }],
    'GET /api/v1/imports/files/:id': [{ url: `${api}/imports/files/${file}` }],
    'GET /api/v1/rollouts': [{ url: `${api}/rollouts` }],
    'GET /api/v1/rollouts/:id': [{ url: `${api}/rollouts/${place.rollout}` }],
    'GET /api/v1/pairings': [{ url: `${api}/pairings` }],
    'GET /api/v1/pairings/:id': [{ url: `${api}/pairings/${place.pairing}` }],
    'GET /api/v1/profiles': [{ url: `${api}/profiles` }],
    'GET /api/v1/profiles/:id/text': [{ url: `${api}/profiles/eastron-sdm630/text?gateway=${gateway}` }],
    'GET /api/v1/firmware': [{ url: `${api}/firmware` }],
    'GET /api/v1/firmware/:id/image': [{ url: `${api}/firmware/${image}/image?key=${hex16}`, answers: 403 }],
    'GET /api/v1/firmware/:id/parts/:part': [{ url: `${api}/firmware/${image}/parts/firmware.bin` }],
    'GET /api/v1/tls/ca': [{ url: `${api}/tls/ca`, answers: 404 }],
    'GET /api/v1/storage': [{ url: `${api}/storage` }],
    'GET /api/v1/counters': [{ url: `${api}/counters` }],
    'GET /api/v1/backups': [{ url: `${api}/backups` }],
    'GET /api/v1/backups/:name/file': [
      { url: `${api}/backups/joulegate-2026-11-21T06-25-01Z.duckdb/file`, answers: 404 },
    ],
    'GET /api/v1/audit': [{ url: `${api}/audit?${ofSite}` }, { url: `${api}/audit` }],
    'GET /api/v1/accounts': [{ url: `${api}/accounts` }],
    'GET /api/v1/tokens': [{ url: `${api}/tokens` }],
    'GET /api/v1/shares': [{ url: `${api}/shares` }],
    'GET /api/v1/mqtt-clients': [{ url: `${api}/mqtt-clients` }],
    'GET /api/v1/channels': [{ url: `${api}/channels` }],
    'GET /api/v1/channels/kinds': [{ url: `${api}/channels/kinds` }],
    'GET /api/v1/channels/:id/deliveries': [{ url: `${api}/channels/nobody/deliveries`, answers: 404 }],
    'GET /api/v1/push-browsers': [{ url: `${api}/push-browsers` }],
    'GET /api/v1/modbus-servers': [{ url: `${api}/modbus-servers` }],
    'GET /api/v1/modbus-servers/kinds': [{ url: `${api}/modbus-servers/kinds` }],
    'GET /api/v1/home-assistant': [{ url: `${api}/home-assistant` }],
    'GET /api/v1/home-assistant/kinds': [{ url: `${api}/home-assistant/kinds` }],
    'GET /api/v1/forwards': [{ url: `${api}/forwards` }],
    'GET /api/v1/forwards/kinds': [{ url: `${api}/forwards/kinds` }],
    'GET /api/v1/forwards/:id': [{ url: `${api}/forwards/nobody`, answers: 404 }],
    'GET /api/v1/connectors': [{ url: `${api}/connectors` }],
    'GET /api/v1/connectors/kinds': [{ url: `${api}/connectors/kinds` }],
    'GET /api/v1/account/sessions': [{ url: `${api}/account/sessions` }],
    'POST /api/v1/setup': [
      { url: `${api}/setup`, body: { code: 'AAAA', user: 'eve', password }, answers: 409 },
    ],
    'POST /api/v1/session': [
      { url: `${api}/session`, body: { user: 'nobody', password: 'not the one' }, answers: 401 },
    ],
    'POST /api/v1/pair': [
      {
        url: `${api}/pair`,
        body: {
          v: 1,
          nonce: '00'.repeat(16),
          device: 'gateway-3f2a',
          chip: 'esp32',
          board: 'a board',
          firmware: '0.1.0',
          proof: '00'.repeat(32),
        },
        answers: 403,
      },
    ],
    'POST /api/v1/profiles/check': [{ url: `${api}/profiles/check`, body: { text: '{}' } }],
    'POST /api/v1/sites': [{ url: `${api}/sites`, body: { id: 'shed' } }],
    'PUT /api/v1/sites/:site': [
      {
        url: `${api}/sites/${site}`,
        body: { version: 0, name: 'taken over', meters: {}, tariff: null },
      },
    ],
    'PUT /api/v1/gateways/:id/site': [{ url: `${api}/gateways/${gateway}/site`, body: { site: 'barn' } }],
    'POST /api/v1/gateways': [{ url: `${api}/gateways`, body: { id: 'another', site } }],
    'PUT /api/v1/gateways/:id/settings': [
      { url: `${api}/gateways/${gateway}/settings`, body: { lines: [], meters: [] } },
    ],
    'POST /api/v1/gateways/:id/commands': [
      { url: `${api}/gateways/${gateway}/commands`, body: { name: 'restart' }, answers: 504 },
    ],
    'POST /api/v1/gateways/:id/update': [
      { url: `${api}/gateways/${gateway}/update`, body: { image }, answers: 409 },
    ],
    'POST /api/v1/gateways/:id/credential': [{ url: `${api}/gateways/${gateway}/credential` }],
    'POST /api/v1/corrections/preview': [
      { url: `${api}/corrections/preview`, body: change },
      { url: `${api}/corrections/preview`, body: { ...change, meter: undefined, series: `${meter}.powerW` } },
    ],
    'POST /api/v1/corrections': [
      { url: `${api}/corrections`, body: change },
      { url: `${api}/corrections`, body: { ...change, meter: undefined, series: `${meter}.powerW` } },
    ],
    'POST /api/v1/corrections/:id/undo': [
      { url: `${api}/corrections/${place.correction}/undo`, body: { why: 'why' } },
    ],
    'POST /api/v1/imports/files': [
      { url: `${api}/imports/files?name=a.csv`, body: 'time,power\n', type: 'text/csv' },
    ],
    'POST /api/v1/imports/look': [{ url: `${api}/imports/look`, body: { file } }],
    'POST /api/v1/imports/check': [
      { url: `${api}/imports/check`, body: importOf(file, `${gateway}.new`) },
      { url: `${api}/imports/check`, body: importOf(file, meter) },
    ],
    'POST /api/v1/imports': [
      { url: `${api}/imports`, body: { ...importOf(file, `${gateway}.new`), why: 'why' } },
    ],
    'POST /api/v1/rollouts': [
      {
        url: `${api}/rollouts`,
        body: { gateways: ['stable', gateway].slice(gateway === 'stable' ? 1 : 0), image },
        answers: 409,
      },
    ],
    'POST /api/v1/rollouts/:id/pause': [{ url: `${api}/rollouts/${place.rollout}/pause`, body: {} }],
    'POST /api/v1/rollouts/:id/resume': [{ url: `${api}/rollouts/${place.rollout}/resume`, body: {} }],
    'POST /api/v1/rollouts/:id/cancel': [{ url: `${api}/rollouts/${place.rollout}/cancel`, body: {} }],
    'POST /api/v1/pairings': [
      { url: `${api}/pairings`, body: { site } },
      { url: `${api}/pairings`, body: { site, gateway: 'another-2' } },
    ],
    'POST /api/v1/backups': [{ url: `${api}/backups` }],
    'POST /api/v1/accounts': [
      {
        url: `${api}/accounts`,
        body: { user: 'newcomer', password: 'what they will change', roles: { [site]: 'viewer' } },
      },
    ],
    'PATCH /api/v1/accounts/:user': [
      { url: `${api}/accounts/${place.user}`, body: { roles: { barn: 'viewer' } } },
      { url: `${api}/accounts/${place.user}`, body: { password: 'what they will change' } },
    ],
    'POST /api/v1/tokens': [
      { url: `${api}/tokens`, body: { name: 'new', scopes: ['read'], sites: [site], expiresMs } },
    ],
    'POST /api/v1/shares': [
      {
        url: `${api}/shares`,
        body: { name: 'new', site, view: '#/overview', meters: [meter], expiresMs },
      },
    ],
    'POST /api/v1/alarm-rules': [
      { url: `${api}/alarm-rules`, body: alarmRuleOf(meter) },
      { url: `${api}/alarm-rules`, body: { ...alarmRuleOf(meter), target: { sumOfSite: site } } },
      {
        url: `${api}/alarm-rules`,
        body: { ...alarmRuleOf(meter), target: { gateway }, condition: gatewayAway },
      },
    ],
    'PUT /api/v1/alarm-rules/:id': [
      { url: `${api}/alarm-rules/${uuid}`, body: alarmRuleOf(meter), answers: 404 },
    ],
    'DELETE /api/v1/alarm-rules/:id': [{ url: `${api}/alarm-rules/${uuid}`, answers: 404 }],
    'POST /api/v1/alarm-rules/:id/snooze': [
      { url: `${api}/alarm-rules/${uuid}/snooze`, body: { untilMs: null }, answers: 404 },
    ],
    'POST /api/v1/alarm-rules/try': [
      {
        url: `${api}/alarm-rules/try`,
        body: {
          target: { meter },
          condition: alarmRuleOf(meter).condition,
          fromMs: siteStartMs,
          toMs: siteStartMs + 600_000,
        },
      },
    ],
    'POST /api/v1/alarm-events/:id/acknowledge': [
      { url: `${api}/alarm-events/${uuid}/acknowledge`, answers: 404 },
    ],
    'POST /api/v1/alarm-events/:id/comments': [
      { url: `${api}/alarm-events/${uuid}/comments`, body: { text: 'seen' }, answers: 404 },
    ],
    'POST /api/v1/home-assistant': [
      { url: `${api}/home-assistant`, body: { id: 'hall', name: 'Hall', isOn: false } },
    ],
    'POST /api/v1/home-assistant/probe': [{ url: `${api}/home-assistant/probe`, body: { settings: {} } }],
    'PUT /api/v1/home-assistant/:id': [
      {
        url: `${api}/home-assistant/nobody`,
        body: { name: 'Hall', site: null, isOn: false, settings: {} },
        answers: 404,
      },
    ],
    'DELETE /api/v1/home-assistant/:id': [{ url: `${api}/home-assistant/nobody`, answers: 404 }],
    'POST /api/v1/channels': [
      { url: `${api}/channels`, body: { id: 'new-channel', kind: 'none', site, ...channel }, answers: 400 },
    ],
    'PUT /api/v1/channels/:id': [{ url: `${api}/channels/nobody`, body: channel, answers: 404 }],
    'DELETE /api/v1/channels/:id': [{ url: `${api}/channels/nobody`, answers: 404 }],
    'POST /api/v1/channels/:id/test': [{ url: `${api}/channels/nobody/test`, answers: 404 }],
    'POST /api/v1/push-browsers': [
      {
        url: `${api}/push-browsers`,
        body: {
          channel: 'nobody',
          label: 'a phone',
          endpoint: 'https://push.example/1',
          p256dh: 'a',
          auth: 'a',
        },
        answers: 404,
      },
    ],
    'DELETE /api/v1/push-browsers/:id': [{ url: `${api}/push-browsers/${uuid}`, answers: 404 }],
    'POST /api/v1/modbus-servers': [
      {
        url: `${api}/modbus-servers`,
        body: { id: 'new-server', kind: 'none', name: 'new', settings: {} },
        answers: 400,
      },
    ],
    'POST /api/v1/modbus-servers/probe': [
      { url: `${api}/modbus-servers/probe`, body: { kind: 'none', settings: {} }, answers: 400 },
    ],
    'PUT /api/v1/modbus-servers/:id': [
      {
        url: `${api}/modbus-servers/nobody`,
        body: { name: 'new', isOn: false, settings: {} },
        answers: 404,
      },
    ],
    'DELETE /api/v1/modbus-servers/:id': [{ url: `${api}/modbus-servers/nobody`, answers: 404 }],
    'POST /api/v1/forwards': [
      { url: `${api}/forwards`, body: { id: 'new-forward', kind: 'none', site, ...forward }, answers: 400 },
    ],
    'PUT /api/v1/forwards/:id': [{ url: `${api}/forwards/nobody`, body: forward, answers: 404 }],
    'DELETE /api/v1/forwards/:id': [{ url: `${api}/forwards/nobody`, answers: 404 }],
    'POST /api/v1/forwards/:id/skip': [{ url: `${api}/forwards/nobody/skip`, answers: 404 }],
    'POST /api/v1/forwards/:id/test': [{ url: `${api}/forwards/nobody/test`, answers: 404 }],
    'POST /api/v1/connectors': [
      {
        url: `${api}/connectors`,
        body: { id: 'new-source', kind: 'none', name: 'new', site, settings: {} },
        answers: 400,
      },
    ],
    'PUT /api/v1/connectors/:id': [
      { url: `${api}/connectors/nobody`, body: { name: 'new', isOn: false, settings: {} }, answers: 404 },
    ],
    'DELETE /api/v1/connectors/:id': [{ url: `${api}/connectors/nobody`, answers: 404 }],
    'POST /api/v1/connectors/probe': [
      { url: `${api}/connectors/probe`, body: { kind: 'none', settings: {} }, answers: 400 },
    ],
    'POST /api/v1/connectors/discover': [
      { url: `${api}/connectors/discover`, body: { kind: 'none', settings: {} }, answers: 400 },
    ],
    // By a token with the scope ingest alone: test/host/connectors/http, test/host/forward/to-joulegate.test.ts.
    'POST /api/v1/records': [{ url: `${api}/records`, answers: 403 }],
    'POST /api/v1/readings': [{ url: `${api}/readings`, answers: 403 }],
    'POST /api/v2/write': [{ url: '/api/v2/write?bucket=attic', answers: 403 }],
    'POST /write': [{ url: '/write?db=attic', answers: 403 }],
    'GET /ping': [{ url: '/ping', answers: 403 }],
    'GET /ready': [{ url: '/ready', answers: 403 }],
    'GET /health': [{ url: '/health', answers: 403 }],
    'POST /api/v1/mqtt-clients': [
      { url: `${api}/mqtt-clients`, body: { id: 'new-app', sites: [site], mayWrite: false } },
    ],
    'POST /api/v1/mqtt-clients/:id/password': [{ url: `${api}/mqtt-clients/${place.client}/password` }],
    'POST /api/v1/account/second-factor': [{ url: `${api}/account/second-factor`, body: { password } }],
    'PUT /api/v1/account/second-factor': [
      { url: `${api}/account/second-factor`, body: factor, answers: 403 },
    ],
    'POST /api/v1/account/second-factor/off': [
      { url: `${api}/account/second-factor/off`, body: { password } },
    ],
    'PUT /api/v1/account/password': [
      { url: `${api}/account/password`, body: { password, newPassword: 'another long password' } },
    ],
    // It was imported above, and is gone with that.
    'DELETE /api/v1/imports/files/:id': [{ url: `${api}/imports/files/${file}`, answers: 404 }],
    'DELETE /api/v1/imports/:id': [{ url: `${api}/imports/${place.importId}` }],
    'DELETE /api/v1/pairings/:id': [{ url: `${api}/pairings/${place.pairing}` }],
    'DELETE /api/v1/mqtt-clients/:id': [{ url: `${api}/mqtt-clients/${place.client}` }],
    'DELETE /api/v1/shares/:id': [{ url: `${api}/shares/${place.share}` }],
    'DELETE /api/v1/tokens/:id': [{ url: `${api}/tokens/${place.token}` }],
    'DELETE /api/v1/accounts/:user': [{ url: `${api}/accounts/${place.user}` }],
    'DELETE /api/v1/gateways/:id/credential': [{ url: `${api}/gateways/${gateway}/credential` }],
    'DELETE /api/v1/sites/:site': [{ url: `${api}/sites/${site}`, answers: 409 }],
    'DELETE /api/v1/account/sessions/:id': [{ url: `${api}/account/sessions/${hex16}`, answers: 404 }],
    'DELETE /api/v1/account/sessions': [{ url: `${api}/account/sessions` }],
    'DELETE /api/v1/session': [{ url: `${api}/session` }],
  };
};

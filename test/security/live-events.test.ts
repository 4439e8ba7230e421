import { type ClientRequest, get } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { until } from '../comes-true.ts';
import type { HostUnderTest } from '../host/api/host-under-test.ts';
import { type Person, personOf } from '../host/api/signed-in.ts';
import { openStage, type Stage } from './stage.ts';
import { makeTwoSites, marks, type TwoSites } from './two-sites.ts';

let stage: Stage;
let host: HostUnderTest;
let two: TwoSites;
let url: string;
const open = new Set<ClientRequest>();

beforeAll(async () => {
  stage = await openStage();
  host = stage.host;
  two = await makeTwoSites(stage);
  url = await host.api.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const request of open) request.destroy();
  open.clear();
});
afterAll(() => stage.close());

interface Listener {
  readonly status: number | undefined;
  text: string;
  hasEnded: boolean;
}

const listen = ({ headers }: Person, query = '', lastId?: string) =>
  new Promise<Listener>((resolve, reject) => {
    const all = { ...headers, ...(lastId !== undefined && { 'last-event-id': lastId }) };
    const request = get(`${url}/api/v1/events${query}`, { headers: all, agent: false }, response => {
      const listener: Listener = { status: response.statusCode, text: '', hasEnded: false };
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        listener.text += part;
      });
      response.on('close', () => {
        listener.hasEnded = true;
      });
      response.on('error', () => {});
      resolve(listener);
    });
    request.on('error', reject);
    open.add(request);
  });

/** All that can happen, at both sites; the last one tells that all of it has come. */
function happen(end: string): number {
  const { events } = host;
  let sent = 0;
  const emit: typeof events.emit = event => {
    events.emit(event);
    sent++;
  };
  for (const { gateway, site, rollout } of [two.home, two.barn]) {
    const values = { powerW: 1 };
    emit({ type: 'live', gateway, meters: { house: { atMs: 1, values }, sun: { atMs: 1, values } } });
    emit({ type: 'gateway', gateway });
    emit({ type: 'committed', gateway, meters: ['house', 'sun'], toMs: 3 });
    emit({ type: 'site', site, version: 9 });
    emit({ type: 'rollout', rollout });
    const told = { id: 'hot', quantity: 'powerW', isOn: true, value: 1, atMs: 1, receivedMs: 1 };
    emit({ type: 'alarm', gateway, meter: 'house', ...told });
    emit({ type: 'alarm', gateway, meter: 'sun', ...told });
    const of = { type: 'alarmEvent', severity: 'critical', gateway } as const;
    emit({ ...of, meter: 'house', id: 'of-house' });
    emit({ ...of, meter: 'house', meters: [`${gateway}.house`, `${gateway}.sun`], id: 'of-all-meters' });
    emit({ ...of, meter: 'house', meters: [`${gateway}.house`, 'cellar.house'], id: 'of-both-sites' });
    emit({ ...of, meter: '', id: 'of-the-gateway' });
    emit({ ...of, gateway: '', meter: '', id: 'of-the-host' });
    emit({ type: 'result', gateway, message: { v: 1, id: 'x', ok: true } });
    for (const line of ['bus', 'ir'])
      emit({ type: 'trace', gateway, message: { v: 1, line, dropped: 0, frames: [] } });
    emit({ type: 'probe', gateway, message: { v: 1, id: 'p', registers: [] } });
  }
  emit({ type: 'committed', gateway: 'stable', meters: ['house'], toMs: Number(end) });
  return sent;
}

const foreign = (text: string) => [...marks, two.home.rollout, '"home"'].filter(mark => text.includes(mark));
const kindsIn = (text: string) =>
  [...new Set([...text.matchAll(/^event: (\w+)$/gm)].map(([, kind]) => kind))].sort();

it("a stream tells of one's own sites alone, live and of what was missed", async () => {
  const { viewer, admin, token, link, narrowLink } = two.people;
  const all = await listen(stage.ada);
  const people = { viewer, admin, token, link, narrowLink };
  const listeners: [string, Listener][] = [];
  for (const [who, person] of Object.entries(people)) listeners.push([who, await listen(person)]);
  const lastId = /^id: (\d+)$/m.exec(all.text)?.[1] ?? String(host.clock.nowMs);
  const sent = happen('777');
  for (const [, listener] of [['all', all] as const, ...listeners])
    await until(() => listener.text.includes('"toMs":777'));
  for (const [who, person] of Object.entries(people))
    listeners.push([`${who}, back again`, await listen(person, '', lastId)]);
  for (const [, listener] of listeners) await until(() => listener.text.includes('"toMs":777'));
  const through = listeners.filter(([, { text }]) => foreign(text).length > 0);
  console.log(
    `another site's live events: ${sent} events, ${listeners.length} streams, ${through.length} got through`,
  );
  expect(through).toEqual([]);
  // They did come to who may hear them.
  expect(foreign(all.text)).toEqual(expect.arrayContaining(['cellar', '"home"', two.home.rollout]));
  const of = (who: string) => listeners.find(([name]) => name === who)?.[1].text ?? '';
  const whole = ['alarm', 'alarmEvent', 'committed', 'gateway', 'live', 'rollout', 'site'];
  for (const who of ['viewer', 'admin', 'token', 'link']) expect(kindsIn(of(who)), who).toEqual(whole);
  expect(kindsIn(of('viewer, back again'))).toEqual(whole.filter(kind => kind !== 'live'));
  // A link to a meter: nothing of the gateway, its other meters and its roll-outs.
  expect(kindsIn(of('narrowLink'))).toEqual(['alarm', 'alarmEvent', 'committed', 'live', 'site']);
  expect(of('narrowLink')).not.toContain('sun');
  // What came of rules: as far as all that they judge may be seen.
  const heard = (text: string) =>
    [...new Set([...text.matchAll(/"(of-[a-z-]+)"/g)].map(([, id]) => id))].sort();
  expect(heard(all.text)).toEqual([
    'of-all-meters',
    'of-both-sites',
    'of-house',
    'of-the-gateway',
    'of-the-host',
  ]);
  expect(heard(of('viewer'))).toEqual(['of-all-meters', 'of-house', 'of-the-gateway']);
  expect(heard(of('narrowLink'))).toEqual(['of-house']);
});

it('a line is looked at by an operator of its gateway, and by nobody of another site', async () => {
  const { viewer, operator, admin, mixed, token, link } = two.people;
  const score = { tried: 0, through: 0 };
  for (const [person, gateway] of [
    [viewer, 'stable'],
    [link, 'stable'],
    [mixed, 'cellar'],
    [operator, 'cellar'],
    [admin, 'cellar'],
    [token, 'cellar'],
  ] as const) {
    const { status } = await listen(person, `?gateway=${gateway}&line=bus`);
    score.tried++;
    if (status === 200) score.through++;
  }
  console.log(`lines of others: ${score.tried} streams, ${score.through} got through`);
  expect(score.through).toBe(0);
  const watching = await listen(operator, '?gateway=stable');
  happen('778');
  await until(() => watching.text.includes('event: probe'));
  expect(kindsIn(watching.text)).toEqual(['probe', 'trace']);
  expect(foreign(watching.text)).toEqual([]);
});

it('a stream of one site that is asked for tells of that one', async () => {
  const barn = await listen(stage.ada, '?site=barn');
  happen('779');
  await until(() => barn.text.includes('"toMs":779'));
  expect(foreign(barn.text)).toEqual([]);
  // What is of the host is of no site: who may see it does, whichever they look at.
  expect(barn.text).toContain('of-the-host');
});

it('a gateway that goes to another site is heard of there from then on, and no more where it was', async () => {
  const { admin, operator } = two.people;
  const [before, watching] = [await listen(admin), await listen(operator, '?gateway=stable')];
  const hugo = await personOf(host, 'hugo', { home: 'viewer' });
  const after = await listen(hugo);
  await host.sites.move('stable', 'home');
  happen('780');
  await until(() => after.text.includes('"toMs":780'));
  await until(() => watching.hasEnded);
  expect(watching.text).not.toContain('trace');
  expect(before.text).not.toContain('stable');
  await host.sites.move('stable', 'barn');
});

it('streams end at once with the session, the link, the token, and with other rights', async () => {
  const eve = await personOf(host, 'evelyn', { barn: 'admin' });
  const session = await listen(eve);
  const line = await listen(eve, '?gateway=stable');
  const fred = await personOf(host, 'fred', { barn: 'viewer' });
  const other = await listen(fred);
  await host.auth.accounts.setRoles('evelyn', { barn: 'viewer' });
  await until(() => session.hasEnded && line.hasEnded);
  const again = await listen(eve);
  expect(again.status).toBe(200);
  await eve.ask('DELETE', '/api/v1/session');
  await until(() => again.hasEnded);
  const byToken = await listen(two.people.token);
  for (const { id } of host.auth.apiTokens.secrets.list()) await host.auth.apiTokens.secrets.remove(id);
  await until(() => byToken.hasEnded);
  const byLink = await listen(two.people.link);
  for (const { id } of host.auth.shares.secrets.list()) await host.auth.shares.secrets.remove(id);
  await until(() => byLink.hasEnded);
  expect(other.hasEnded).toBe(false);
  await host.auth.removeAccount('fred');
  await until(() => other.hasEnded);
});

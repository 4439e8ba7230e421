import type { InjectOptions, Response } from 'light-my-request';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicRoutes } from '../../host/api/public-routes.ts';
import type { RouteAccess } from '../../host/auth/access.ts';
import { type Role, roles } from '../../host/auth/roles.ts';
import type { Person } from '../host/api/signed-in.ts';
import { type Example, examplesOf } from './route-examples.ts';
import { differing, openStage, routesOf, type Stage, tableSums } from './stage.ts';
import { makeTwoSites, marks, type Place, type TwoSites } from './two-sites.ts';

let stage: Stage;
let two: TwoSites;
let rules: ReadonlyMap<string, RouteAccess>;

beforeAll(async () => {
  stage = await openStage();
  two = await makeTwoSites(stage);
  rules = await rulesOf(stage);
});
afterAll(() => stage.close());

/** Of hidden routes, which no document tells of. */
const hidden: Readonly<Record<string, RouteAccess>> = {
  'GET /*': 'public',
  'GET /api': 'known',
  'GET /api/*': 'known',
};

/** Who may come to each route, as the host itself states it. */
async function rulesOf({ host, ada }: Stage): Promise<ReadonlyMap<string, RouteAccess>> {
  const { paths } = (await ada.ask('GET', '/api/docs/json')).json();
  return new Map(
    routesOf(host).map((route): [string, RouteAccess] => {
      const [method = '', path = ''] = route.split(' ');
      if (path.startsWith('/api/docs')) return [route, 'known'];
      const stated = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.['x-access'];
      return [route, hidden[route] ?? stated];
    }),
  );
}

const requestOf = (
  route: string,
  { url, body, type }: Example,
  headers: Person['headers'],
): InjectOptions => ({
  method: route.split(' ')[0] as 'GET',
  url,
  headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
  ...(body !== undefined && { body }),
});

interface Asked {
  readonly route: string;
  readonly rule: RouteAccess;
  readonly example: Example;
  /** The same about what is not there. */
  readonly ofNowhere: Example;
}

/** Every example of every route, about a place. */
function allAsked(place: Place): Asked[] {
  const { host, image } = stage;
  const parts = { file: two.file, image, atMs: host.clock.nowMs };
  const examples = examplesOf({ ...parts, place });
  const ofNowhere = examplesOf({ ...parts, place: two.nowhere });
  return [...rules].flatMap(([route, rule]) =>
    (examples[route] ?? []).map((example, index) => ({
      route,
      rule,
      example,
      ofNowhere: ofNowhere[route]?.[index] ?? example,
    })),
  );
}

const leastRole = (rule: RouteAccess): Role | undefined => (typeof rule === 'string' ? undefined : rule.role);
const isOfHost = (rule: RouteAccess): boolean => typeof rule !== 'string' && rule.of === 'host';

/** Attacks tried and what got through, of each kind. */
class Score {
  tried = 0;
  readonly through: string[] = [];
  readonly routes = new Set<string>();

  note(route: string, isRefused: boolean, detail: string): void {
    this.tried++;
    this.routes.add(route);
    if (!isRefused) this.through.push(`${route}: ${detail}`);
  }

  tell(what: string): void {
    console.log(
      `${what}: ${this.routes.size} routes, ${this.tried} requests, ${this.through.length} got through`,
    );
    expect(this.through).toEqual([]);
  }
}

/** 429: after some wrong tokens of an address none is looked at any more. */
const refusedTo = (rule: RouteAccess): readonly number[] => (rule === 'key' ? [403, 429] : [401, 429]);
const isRefusal = ({ statusCode }: Response): boolean => [401, 403, 404].includes(statusCode);
const shown = (response: Response) => `${response.statusCode} ${response.body.slice(0, 300)}`;

describe('the routes of the host', () => {
  it('each has an example and states who may come, and there is no example without a route', () => {
    const routes = [...rules.keys()];
    expect(routes.length).toBeGreaterThan(80);
    const { host, image } = stage;
    const examples = examplesOf({ place: two.home, file: two.file, image, atMs: host.clock.nowMs });
    expect(Object.keys(examples).sort()).toEqual(routes.sort());
    expect([...rules].filter(([, rule]) => rule === undefined)).toEqual([]);
  });

  it('are public where one list says so, five of them', () => {
    const open = [...rules].filter(([, rule]) => rule === 'public').map(([route]) => route);
    expect(open.sort()).toEqual([...publicRoutes].sort());
    expect(open.length).toBeLessThanOrEqual(5);
    // By the key of its address; the test of the firmware tries wrong ones.
    expect([...rules].filter(([, rule]) => rule === 'key').map(([route]) => route)).toEqual([
      'GET /api/v1/firmware/:id/image',
    ]);
  });
});

describe('who may not', () => {
  it('without a session, or with a token or cookie that is none, gets nothing', async () => {
    const { host } = stage;
    const score = new Score();
    const before = await tableSums(host);
    const made = [
      {},
      { cookie: 'joulegate=AAAA' },
      { authorization: 'Bearer AAAA' },
      { cookie: 'joulegate=jgs_AAAA' },
    ];
    for (const { route, rule, example } of allAsked(two.home)) {
      if (rule === 'public') continue;
      for (const headers of made) {
        const response = await host.ask(requestOf(route, example, headers));
        const isRefused = refusedTo(rule).includes(response.statusCode);
        score.note(route, isRefused && !tells(response), shown(response));
        if (!route.startsWith('GET ')) continue;
        const head = await host.ask({ ...requestOf(route, example, headers), method: 'HEAD' });
        score.note(
          route,
          [401, 404, ...refusedTo(rule)].includes(head.statusCode),
          `HEAD ${head.statusCode}`,
        );
      }
    }
    expect(changed(before, await tableSums(host))).toEqual([]);
    score.tell('strangers');
  });

  it('has a lesser role than the route asks for at the site, or none at the host, is refused', async () => {
    const { host } = stage;
    const score = new Score();
    const before = await tableSums(host);
    const { viewer, operator, admin, token, link, narrowLink } = two.people;
    const lesser = (rule: RouteAccess): Person[] => {
      if (rule === 'account') return [token, link, narrowLink];
      if (isOfHost(rule)) return [viewer, operator, admin, token, link, narrowLink];
      const least = leastRole(rule);
      if (least === undefined) return [];
      const rank = roles.indexOf(least);
      return [...[viewer, operator].slice(0, rank), ...(rank > 0 ? [link, narrowLink] : [])];
    };
    for (const { route, rule, example } of allAsked(two.barn)) {
      for (const person of lesser(rule)) {
        const response = await host.ask(requestOf(route, example, person.headers));
        score.note(route, [403, 404].includes(response.statusCode), shown(response));
      }
    }
    expect(changed(before, await tableSums(host))).toEqual([]);
    score.tell('lesser roles');
  });

  it('is admin of another site and only viewer here, may not do here what there is allowed', async () => {
    const { host } = stage;
    const score = new Score();
    const before = await tableSums(host);
    for (const { route, rule, example, ofNowhere } of allAsked(two.home)) {
      const least = leastRole(rule);
      // What names nothing of the place is theirs to ask.
      if (least === undefined || least === 'viewer' || isSame(example, ofNowhere)) continue;
      const response = await host.ask(requestOf(route, example, two.people.mixed.headers));
      score.note(route, isRefusal(response), shown(response));
    }
    expect(changed(before, await tableSums(host))).toEqual([]);
    score.tell('admin there, viewer here');
  });
});

describe("another site's", () => {
  const whose = ['viewer', 'operator', 'admin', 'token', 'link', 'narrowLink'] as const;

  it.each(whose)(
    '%s hears of a thing of this site what they hear of a thing that is not there',
    async who => {
      const { host } = stage;
      const score = new Score();
      const before = await tableSums(host);
      for (const { route, rule, example, ofNowhere } of allAsked(two.home)) {
        if (rule === 'public' || rule === 'key') continue;
        const { headers } = two.people[who];
        if (isSame(example, ofNowhere)) {
          if (!route.startsWith('GET ')) continue;
          // A list: what is of the other site is not in it.
          const response = await host.ask(requestOf(route, example, headers));
          score.note(route, !tells(response), shown(response));
          continue;
        }
        const response = await host.ask(requestOf(route, example, headers));
        const missing = await host.ask(requestOf(route, ofNowhere, headers));
        const isAlike = sameBytes(response) === sameBytes(missing);
        score.note(route, isRefusal(response) && isAlike, `${shown(response)} against ${shown(missing)}`);
      }
      expect(changed(before, await tableSums(host))).toEqual([]);
      score.tell(`another site's ${who}`);
    },
  );
});

it('a link to one meter tells of that one, and of nothing else of its site', async () => {
  const { host } = stage;
  const { barn } = two;
  const others = [
    'stable.old',
    'stable.sun',
    'stable-2',
    'stable-app',
    barn.user,
    barn.rollout,
    barn.pairing,
    barn.share,
    barn.token,
  ];
  const score = new Score();
  for (const { route, rule, example } of allAsked(barn)) {
    if (example.isStream || !route.startsWith('GET ') || rule === 'public') continue;
    const response = await host.ask(requestOf(route, example, two.people.narrowLink.headers));
    const told = others.filter(one => response.body.includes(one));
    score.note(route, told.length === 0, `${told.join()} in ${shown(response)}`);
  }
  score.tell('a link to one meter');
  const { headers } = two.people.narrowLink;
  const meters = (await host.ask({ url: '/api/v1/meters', headers })).json();
  expect(meters.map(({ key }: { key: string }) => key)).toEqual(['stable.house']);
  expect((await host.ask({ url: '/api/v1/gateways', headers })).json()).toEqual([]);
});

it('who may gets an answer to each example, so that nothing was refused for another reason', async () => {
  const { host, ada } = stage;
  const { people } = two;
  const by = { viewer: people.viewer, operator: people.operator, admin: people.admin };
  const wrong: string[] = [];
  const order = Object.keys(examplesOf({ place: two.barn, file: '', image: '', atMs: 0 }));
  const all = allAsked(two.barn)
    .filter(({ example }) => example.isStream === undefined)
    .sort((a, b) => order.indexOf(a.route) - order.indexOf(b.route));
  for (const { route, rule, example } of all) {
    const least = leastRole(rule);
    const person = isOfHost(rule) ? ada : least === undefined ? people.admin : by[least];
    const response = await host.ask(requestOf(route, example, person.headers));
    const { answers } = example;
    const isRight = answers === undefined ? response.statusCode < 300 : response.statusCode === answers;
    if (!isRight) wrong.push(`${route} ${example.url}: ${shown(response)}`);
  }
  expect(wrong).toEqual([]);
});

/** Whether something of the other site is told. */
const tells = ({ body }: Response): boolean =>
  marks.some(mark => body.includes(mark)) ||
  body.includes(two.home.rollout) ||
  body.includes(two.home.pairing);

const isSame = (one: Example, other: Example): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Status, headers and body, with ids of what is there in the place of those of what is not. */
function sameBytes({ statusCode, headers, body }: Response): string {
  // The length is that of the body, in which ids may be longer.
  const { date: _date, 'content-length': _length, ...rest } = headers;
  let text = JSON.stringify([statusCode, rest, body]);
  for (const [name, id] of Object.entries(two.nowhere)) {
    const there = Object.entries(two.home).find(([key]) => key === name)?.[1] ?? id;
    text = text.replaceAll(id, there);
  }
  return text;
}

/** Refusals are noted, and what is used is. */
const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  differing(before, after).filter(name => !['audit', 'session', 'api_token', 'share_link'].includes(name));

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Audit, type AuditChange } from '../../../host/audit/audit.ts';
import { auditLimits } from '../../../host/audit/limits.ts';
import { hidden, redacted } from '../../../host/audit/redact.ts';
import type { Access } from '../../../host/auth/access.ts';
import type { Tables } from '../../../host/auth/tables.ts';
import { Store } from '../../../host/store/store.ts';

let store: Store;
const clock = { nowMs: Date.UTC(2026, 10, 21, 12) };
const nowMs = () => clock.nowMs;
const ada: Access = { kind: 'account', user: 'ada', id: 'x', roles: { '*': 'admin' }, meters: null };

beforeAll(async () => {
  store = await Store.open({ zone: 'UTC' });
});
beforeEach(() => store.run('DROP TABLE IF EXISTS audit'));
afterAll(() => store.close());

const change = (more: Partial<AuditChange> = {}): AuditChange => ({
  access: ada,
  address: '192.0.2.1',
  action: 'gateway.create',
  subject: 'cellar',
  site: 'home',
  before: null,
  after: { id: 'cellar' },
  ...more,
});
const everything = { sites: 'all', limit: 500 } as const;

describe('the audit log', () => {
  it('tells who did what to what, newest first, and outlives the host', async () => {
    const audit = await Audit.open(store, nowMs);
    audit.record(change());
    audit.record(change({ access: null, address: null, action: 'backup.make', subject: '1', site: null }));
    audit.record(change({ access: null, action: 'signIn.wrong', subject: '', after: null }));
    await audit.close();
    const again = await Audit.open(store, nowMs);
    again.record(change({ access: { ...ada, kind: 'token', id: 'abc' } }));
    const entries = await again.list(everything);
    expect(entries.map(({ number, by, user, via }) => [number, by, user, via])).toEqual([
      [4, 'token', 'ada', 'abc'],
      [3, 'stranger', '', null],
      [2, 'host', '', null],
      [1, 'account', 'ada', null],
    ]);
    expect(entries[3]).toEqual({
      number: 1,
      atMs: clock.nowMs,
      user: 'ada',
      by: 'account',
      via: null,
      address: '192.0.2.1',
      action: 'gateway.create',
      subject: 'cellar',
      site: 'home',
      before: null,
      after: { id: 'cellar' },
    });
  });

  it('is read page by page, and of some sites', async () => {
    const audit = await Audit.open(store, nowMs);
    for (let index = 0; index < 12; index++)
      audit.record(change({ site: ['a', 'b', null][index % 3] ?? null }));
    const numbers = async (ask: Parameters<Audit['list']>[0]) =>
      (await audit.list(ask)).map(({ number }) => number);
    expect(await numbers({ sites: 'all', limit: 5 })).toEqual([12, 11, 10, 9, 8]);
    expect(await numbers({ sites: 'all', limit: 5, before: 8 })).toEqual([7, 6, 5, 4, 3]);
    expect(await numbers({ sites: ['a'], limit: 5 })).toEqual([10, 7, 4, 1]);
    expect(await numbers({ sites: ['a', 'b'], limit: 3 })).toEqual([11, 10, 8]);
    expect(await numbers({ sites: [], limit: 3 })).toEqual([]);
  });

  it('tells of two objects what differs, things in lists by their ids', async () => {
    const audit = await Audit.open(store, nowMs);
    const before = {
      zone: 'UTC',
      meters: [
        { id: 'heat', windowS: 10, unit: 1 },
        { id: 'car', windowS: 10 },
      ],
    };
    const after = {
      zone: 'UTC',
      meters: [
        { id: 'heat', windowS: 60, unit: 1 },
        { id: 'pump', windowS: 5 },
      ],
    };
    audit.record(change({ before, after }));
    const [entry] = await audit.list(everything);
    expect(entry?.before).toEqual({ meters: { heat: { windowS: 10 }, car: { id: 'car', windowS: 10 } } });
    expect(entry?.after).toEqual({ meters: { heat: { windowS: 60 }, pump: { id: 'pump', windowS: 5 } } });
  });

  it('cuts what is long, with a mark', async () => {
    const audit = await Audit.open(store, nowMs);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`field${index}`, index]));
    audit.record(change({ after: many }));
    audit.record(change({ after: { text: 'x'.repeat(1e6) } }));
    const [text, fields] = await audit.list(everything);
    expect(text?.after).toEqual({ text: `${'x'.repeat(200)}…` });
    expect(String(fields?.after)).toHaveLength(auditLimits.valueCharacters + 1);
    expect(String(fields?.after).endsWith('…')).toBe(true);
  });

  it('keeps as many entries as its limit says, and counts those that went', async () => {
    await (await Audit.open(store, nowMs)).close();
    await store.run(
      `INSERT INTO audit SELECT number, 0, '', 'host', NULL, NULL, 'a', 's', NULL, 'null', 'null'
       FROM range(1, ${auditLimits.entries + 1}) AS made(number)`,
    );
    const audit = await Audit.open(store, nowMs);
    for (let index = 0; index < 500; index++) audit.record(change());
    await audit.close();
    const [row] = await store.all('SELECT count(*) AS entries, min(number) AS first FROM audit');
    expect(row).toEqual({ entries: auditLimits.entries, first: 501 });
    expect(audit.counters()).toEqual({
      'audit.entries': auditLimits.entries,
      'audit.dropped': 500,
      'audit.lost': 0,
      'audit.skipped': 0,
    });
  });

  it('is not filled by guesses: so many refusals an hour, the others are counted', async () => {
    const audit = await Audit.open(store, nowMs);
    const guess = change({ access: null, action: 'signIn.wrong', subject: '' });
    for (let index = 0; index < 1000; index++) audit.recordRefusal(guess);
    audit.record(change({ subject: 'true' }));
    const entries = await audit.list(everything);
    expect(entries).toHaveLength(auditLimits.refusalsPerHour + 1);
    expect(entries[0]?.subject).toBe('true');
    expect(audit.counters()['audit.skipped']).toBe(1000 - auditLimits.refusalsPerHour);
    clock.nowMs += 3_600_000;
    audit.recordRefusal(guess);
    expect(await audit.list(everything)).toHaveLength(auditLimits.refusalsPerHour + 2);
  });
});

describe('while the disk takes nothing', () => {
  const failing = { now: true };
  const tables: Tables = {
    all: (sql, params) => store.all(sql, params),
    run: (sql, params) =>
      failing.now && sql.startsWith('INSERT')
        ? Promise.reject(new Error('the disk is full'))
        : store.run(sql, params),
  };

  it('changes go on, the log is told to fail, and nothing is missing afterwards', async () => {
    failing.now = true;
    const told: string[] = [];
    const audit = await Audit.open(tables, nowMs, (_level, text) => told.push(text));
    for (let index = 0; index < 3; index++) audit.record(change({ subject: `s${index}` }));
    expect((await audit.list(everything)).map(({ subject }) => subject)).toEqual(['s2', 's1', 's0']);
    expect(audit.health()).toMatchObject([{ code: 'audit.failing', level: 'degraded' }]);
    expect(told).toEqual(['the audit log cannot be written: the disk is full']);
    failing.now = false;
    expect(await audit.list(everything)).toHaveLength(3);
    expect(audit.health()).toEqual([]);
    await audit.close();
    expect(await store.all('SELECT number FROM audit ORDER BY number')).toEqual([
      { number: 1 },
      { number: 2 },
      { number: 3 },
    ]);
  });

  it('what waits is bounded and counted', async () => {
    failing.now = true;
    const audit = await Audit.open(tables, nowMs);
    for (let index = 0; index < auditLimits.waiting + 7; index++) audit.record(change());
    expect(audit.counters()['audit.lost']).toBe(7);
    await audit.close();
  });
});

describe('no secret gets in', () => {
  const secret = 'marked-secret-4711';

  it('by the names they have', () => {
    const names = [
      ...[
        'password',
        'newPassword',
        'wifiPassword',
        'metricsToken',
        'mqttPassword',
        'apiKey',
        'clientSecret',
      ],
      ...['code', 'setupCode', 'pairingCode', 'token', 'share', 'cookie', 'passphrase', 'psk', 'totpSecret'],
      ...[
        'authorization',
        'credentials',
        'pin',
        'tokenHash',
        'session',
        'spareCodes',
        'secondFactorSecret',
        'link',
      ],
    ];
    for (const name of names) {
      const kept = JSON.stringify(redacted({ [name]: secret, deep: [{ [name]: [secret] }] }));
      expect(kept, name).not.toContain(secret);
      expect(kept).toContain(hidden);
    }
  });

  it('by the form they have, under whatever name', () => {
    const texts = [
      `jg_${'A1b2'.repeat(10)}`,
      `jgs_${'A1b2'.repeat(10)}`,
      'otpauth://totp/x?secret=ABC',
      'mqtts://user:pass@broker',
    ];
    for (const text of texts) expect(redacted({ note: `see ${text}` })).toEqual({ note: hidden });
  });

  it('and what is none stays: flags, nulls, numbers, other names', () => {
    const plain = {
      ...{ hasSecondFactor: true, password: null, isTokenSet: false, name: 'cellar', zone: 'UTC' },
      ...{ windowS: 10, keyboard: 'de', codec: 'sml', obisCode: '1-0:1.8.0', profile: 'sdm630' },
    };
    expect(redacted(plain)).toEqual(plain);
  });

  it('hostile values are made small and plain', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 1000; depth++) deep = { deep };
    expect(JSON.stringify(redacted(deep)).length).toBeLessThan(100);
    expect(redacted({ list: Array(5000).fill(1) })).toMatchObject({
      list: expect.arrayContaining(['… 4900 more']),
    });
    expect(redacted({ x: Number.NaN, y: undefined, z: () => 1 })).toEqual({ x: 'NaN', z: null });
    const made: unknown = redacted(JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(JSON.stringify(made)).toContain('polluted');
    expect('polluted' in {}).toBe(false);
  });
});

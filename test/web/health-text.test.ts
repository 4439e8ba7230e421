import { describe, expect, it } from 'vitest';
import { type HealthFacts, healthCodes } from '../../host/watch/health.ts';
import { factTexts, healthText } from '../../web/health-text.ts';
import { de } from '../../web/i18n/de.ts';
import { en } from '../../web/i18n/en.ts';
import { pt } from '../../web/i18n/pt.ts';

const gigabyte = 1e9;
const said = 'ENOSPC: no space left on device';
const room = { freeBytes: 4 * gigabyte, sizeBytes: 100 * gigabyte };

/** One of each that a host tells. */
const told: HealthFacts = {
  'commit.failing': { said },
  'disk.nearlyFull': room,
  'disk.unreadable': { said },
  'intake.paused': { ...room, neededBytes: 6 * gigabyte },
  'store.restored': { outcome: 'restored', folder: '/data/quarantine/1', said },
  'store.notEnded': { commits: 1234, unfinishedBytes: 5600 },
  'store.recordsLost': { records: 1200, gateways: 2, atMs: 1.7e12 },
  'backup.failed': { said },
  'archive.unreadable': { file: 'gauge-2026-01.parquet', moreFiles: 2, said },
  'audit.failing': { said },
  'loop.slow': { waitMs: 1234, mostMs: 100 },
  'notify.failing': { id: 'hook', sinceMs: 1.7e12, said },
  'alarms.leftOut': { rules: 3, mostMeters: 20_000 },
  'forward.failing': { id: 'influx', said },
  'forward.missed': { id: 'influx', said },
  'modbusServer.failing': { id: 'wallbox', said },
  'broker.away': { url: 'mqtt://10.0.0.2' },
};

const reasonOf = (code: keyof HealthFacts, detail = 'in English') => ({
  code,
  level: 'degraded' as const,
  detail,
  facts: { ...told[code] },
});

describe.each(Object.entries({ en, de, pt }))('why the host is not well, in %s', (language, { health }) => {
  it('is told of every code, with every fact of it', () => {
    expect(Object.keys(factTexts).sort()).toEqual(Object.keys(healthCodes).sort());
    for (const code of Object.keys(told) as (keyof HealthFacts)[]) {
      const { text, detail, said: own } = healthText(reasonOf(code), health, language);
      expect(text).not.toBe(code);
      expect(`${detail}`).not.toMatch(/undefined|in English/);
      // Nobody is told of nothing.
      expect([detail, own].filter(Boolean)).not.toEqual([]);
      expect(own).toBe('said' in told[code] ? said : null);
    }
  });
});

it('figures and moments are written as the language has them', () => {
  const detailOf = (code: keyof HealthFacts) => healthText(reasonOf(code), de.health, 'de').detail;
  expect(detailOf('disk.nearlyFull')).toBe('4,0\u202fGB von 100\u202fGB sind frei.');
  expect(detailOf('loop.slow')).toContain('1.234\u202fms');
  expect(detailOf('store.recordsLost')).toMatch(/^Sätze: 1\.200; Gateways: 2; gefunden am 14\. Nov\./);
  expect(detailOf('archive.unreadable')).toBe('Datei: gauge-2026-01.parquet und 2 weitere.');
});

it('who may not know more is told what is wrong, and of a code that only a newer host has its own words', () => {
  expect(healthText({ code: 'loop.slow', level: 'degraded' }, en.health, 'en')).toEqual({
    text: en.health.codes['loop.slow'],
    detail: null,
    said: null,
  });
  const newer = { code: 'moon.full', level: 'degraded', detail: 'it is', facts: { share: 1 } } as const;
  expect(healthText(newer, de.health, 'de')).toEqual({ text: 'moon.full', detail: null, said: 'it is' });
});

import type { Health, HealthFacts } from '../host/api/contract.ts';
import { byteText } from './data/byte-text.ts';
import { formatNumber, formatTime } from './format.ts';
import type { HealthWords } from './i18n/health-words-en.ts';

type Reason = Health['reasons'][number];
type Facts = HealthWords['facts'];

/** The facts of each code in words; null where there is nothing beside what the host said. */
export const factTexts: {
  readonly [Code in keyof HealthFacts]: (
    facts: HealthFacts[Code],
    text: Facts,
    locale: string,
  ) => string | null;
} = {
  'commit.failing': () => null,
  'disk.nearlyFull': ({ freeBytes, sizeBytes }, text, locale) =>
    text.room(byteText(freeBytes, locale), byteText(sizeBytes, locale)),
  'disk.unreadable': () => null,
  'intake.paused': ({ freeBytes, sizeBytes, neededBytes }, text, locale) =>
    `${text.room(byteText(freeBytes, locale), byteText(sizeBytes, locale))} ${text.resumes(byteText(neededBytes, locale))}`,
  'store.restored': ({ outcome, folder }, text) =>
    [text.outcomes[outcome] ?? '', folder === '' ? '' : text.setAside(folder)].filter(Boolean).join(' '),
  'store.recordsLost': ({ records, gateways, atMs }, text, locale) =>
    text.lost(formatNumber(records, locale, 0), formatNumber(gateways, locale, 0), momentText(atMs, locale)),
  'store.notEnded': ({ commits, unfinishedBytes }, text, locale) =>
    text.readBack(formatNumber(commits, locale, 0), byteText(unfinishedBytes, locale)),
  'backup.failed': () => null,
  'archive.unreadable': ({ file, moreFiles }, text, locale) =>
    moreFiles === 0 ? text.file(file) : text.files(file, formatNumber(moreFiles, locale, 0)),
  'audit.failing': () => null,
  'loop.slow': ({ waitMs, mostMs }, text, locale) =>
    text.waits(millisecondText(waitMs, locale), millisecondText(mostMs, locale)),
  'notify.failing': ({ id, sinceMs }, text, locale) => text.since(id, momentText(sinceMs, locale)),
  'alarms.leftOut': ({ rules, mostMeters }, text, locale) =>
    text.leftOut(formatNumber(rules, locale, 0), formatNumber(mostMeters, locale, 0)),
  'forward.failing': ({ id }) => id,
  'forward.missed': ({ id }) => id,
  'modbusServer.failing': ({ id }) => id,
  'broker.away': ({ url }, text) => text.away(url),
};

const momentText = (atMs: number, locale: string): string => formatTime(atMs, 'dayTime', locale);

const millisecondText = (ms: number, locale: string): string => `${formatNumber(ms, locale, 0)}\u202fms`;

interface HealthText {
  readonly text: string;
  /** null: there is no more to tell, or this person is not told. */
  readonly detail: string | null;
  /** What a machine said, in English. */
  readonly said: string | null;
}

const hasTexts = (code: string): code is keyof HealthFacts => Object.hasOwn(factTexts, code);

/** A reason in the page's words. Of a code that only a newer host has, the host's own. */
export function healthText({ code, detail, facts }: Reason, words: HealthWords, locale: string): HealthText {
  const text = words.codes[code] ?? code;
  if (facts === undefined || !hasTexts(code)) return { text, detail: null, said: detail ?? null };
  // By its code the host tells these; the table above is held to them.
  const textOf = factTexts[code] as (facts: Reason['facts'], text: Facts, locale: string) => string | null;
  return {
    text,
    detail: textOf(facts, words.facts, locale),
    said: typeof facts.said === 'string' && facts.said !== '' ? facts.said : null,
  };
}

import type { Language } from '../set-up/fields.ts';
import { notifyLimits } from './limits.ts';
import type { Notice, Severity } from './notice.ts';
import { subjectWords } from './subject-words.ts';
import { conditionWords, noticeWords } from './words.ts';

/** What a message says: plain text, and the same as simple HTML. */
export interface Content {
  /** One line. */
  readonly title: string;
  /** Lines, with an empty one between notices. */
  readonly text: string;
  readonly html: string;
  /** Of the gravest. */
  readonly severity: Severity;
}

export interface ContentOptions {
  readonly language: Language;
  /** Where people are, such as `Europe/Berlin`. */
  readonly zone: string;
}

const gravity: readonly Severity[] = Object.freeze(['info', 'warning', 'critical']);

/**
 * Words for notices. Names in them were given by people and devices: they are made one line each, and cannot end a header,
 * add a line or a tag.
 */
export function contentOf(notices: readonly Notice[], options: ContentOptions): Content {
  const words = noticeWords[options.language];
  const severity = notices.reduce<Severity>(
    (worst, notice) => (gravity.indexOf(notice.severity) > gravity.indexOf(worst) ? notice.severity : worst),
    'info',
  );
  const gravest = notices.find(notice => notice.severity === severity);
  const first = gravest === undefined ? '' : headOf(gravest, options.language);
  const title = notices.length <= 1 ? first : filled(words.several, { count: String(notices.length), first });
  const shown = gravestOf(notices, notifyLimits.noticesShown).map(notice => linesOf(notice, options));
  const left = notices.length - shown.length;
  if (left > 0) shown.push([filled(words.more, { count: String(left) })]);
  return {
    title: oneLine(title, 160),
    text: `${shown.map(lines => lines.join('\n')).join('\n\n')}\n`,
    html: htmlOf(shown, words.from, options.language),
    severity,
  };
}

/** So many, in the order they came. */
function gravestOf(notices: readonly Notice[], most: number): readonly Notice[] {
  const byGravity = [...notices].sort((a, b) => gravity.indexOf(b.severity) - gravity.indexOf(a.severity));
  const chosen = new Set(byGravity.slice(0, most));
  return notices.filter(notice => chosen.has(notice));
}

const headOf = ({ kind, rule }: Notice, language: Language): string =>
  `${noticeWords[language].kinds[kind]}: ${oneLine(rule, 120)}`;

/** What is told of one: what it is, when and where, what was measured. */
function linesOf(notice: Notice, { language, zone }: ContentOptions): string[] {
  const words = noticeWords[language];
  const { kind, atMs, site, gateway, meter, meters, severity, subject, value, unit, condition } = notice;
  const time = new Intl.DateTimeFormat(words.locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: zone,
  }).format(atMs);
  const oneKey = gateway !== null && meter !== null ? `${gateway}.${meter}` : (meter ?? gateway);
  const meterKey = meters === undefined ? oneKey : meters.join(' + ');
  const place = [site, meterKey].filter(part => part !== null).map(part => oneLine(part, 140));
  const compared = numbersIn(oneLine(condition, 200));
  const shown = value === null ? words.noValue : humanValue(value, oneLine(unit, 16), language, compared);
  const measured = kind === 'reminder' && value !== null ? filled(words.worst, { value: shown }) : shown;
  return [
    `${headOf(notice, language)} (${words.severities[severity]})`,
    [time, ...place].join(' · '),
    // Of silence the rule says all: nothing was measured that could stand beside it.
    ...(subject === 'silence' && value === null ? [] : [`${subjectName(subject, language)}: ${measured}`]),
    ...(condition === ''
      ? []
      : [filled(words.condition, { condition: conditionIn(oneLine(condition, 200), language) })]),
  ];
}

/** What a rule compares with, as the rule says it in English, in a language, with its decimal mark. */
export const conditionIn = (condition: string, language: Language): string =>
  conditionWords
    .reduce((text, [english, words]) => text.replace(english, words[language]), condition)
    .replace(/(?<=\d)\.(?=\d)/g, noticeWords[language].decimalMark);

const numbersIn = (condition: string): number[] =>
  (condition.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g) ?? []).map(Number);

/** Of what people watch within few percent, as the page shows it; of all else three tell enough. */
const leastDigits: Readonly<Record<string, number>> = Object.freeze({ V: 4, Hz: 4 });
/** As many as any number of a meter has, and none that only the arithmetic made. */
const mostDigits = 12;

/**
 * `3712.4 W` as `3.71 kW`. What it is `compared` with, in the same unit, it is as much above or below as shown: beside
 * `> 253 V` no `253 V` stands for 253.4.
 */
export function humanValue(
  value: number,
  unit: string,
  language: Language,
  compared: readonly number[] = [],
): string {
  const isLarge = Math.abs(value) >= 1000 && /^(W|Wh|VA|VAh|var|varh)$/.test(unit);
  const isHuge = isLarge && Math.abs(value) >= 1e6;
  const shown = isHuge ? value / 1e6 : isLarge ? value / 1000 : value;
  let digits = Math.abs(shown) >= 1000 ? 6 : (leastDigits[unit] ?? 3);
  const isTold = (limit: number) =>
    Math.sign(Number(value.toPrecision(digits)) - limit) === Math.sign(value - limit);
  while (digits < mostDigits && !compared.every(isTold)) digits++;
  const number = new Intl.NumberFormat(noticeWords[language].locale, {
    maximumSignificantDigits: digits,
  }).format(shown);
  return unit === '' || unit === '1' ? number : `${number} ${isHuge ? 'M' : isLarge ? 'k' : ''}${unit}`;
}

/** `powerL1W` as `Power L1`; what has no words stays what it is. */
export function subjectName(subject: string, language: Language): string {
  const family = Object.keys(subjectWords)
    .filter(
      name => subject === name || (subject.startsWith(name) && /^[A-Z\d]/.test(subject.slice(name.length))),
    )
    .reduce((longest, name) => (name.length > longest.length ? name : longest), '');
  const words = subjectWords[family];
  if (words === undefined) return oneLine(subject, 80);
  // A phase or two, a tariff, or the number of an input.
  const [phase = ''] = /^((L[123]){1,2}|T[12]|\d+)/.exec(subject.slice(family.length)) ?? [];
  return [words[language], phase].filter(part => part !== '').join(' ');
}

function htmlOf(parts: readonly (readonly string[])[], from: string, language: string): string {
  const paragraphs = parts.map(
    ([head = '', ...lines]) =>
      `<p>${[`<strong>${escaped(head)}</strong>`, ...lines.map(escaped)].join('<br>')}</p>`,
  );
  return `<!doctype html><html lang="${language}"><body>${paragraphs.join('')}<p><small>${escaped(from)}</small></p></body></html>`;
}

const entities: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});
const escaped = (text: string): string => text.replace(/[&<>"']/g, char => entities[char] ?? '');

/** Puts in what braces name; what is put in is not looked at again. */
const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (brace, name: string) => values[name] ?? brace);

/** Without line ends, control characters and marks that turn text around. */
export const oneLine = (text: string, most: number): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  return line.length > most ? `${beginningOf(line, most - 1)}…` : line;
};

/** So many characters at most, and no half of one: servers refuse that for good. */
export const beginningOf = (text: string, most: number): string =>
  text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');

/** The same by the bytes of UTF-8, and it says that there was more. */
export const withinBytes = (text: string, most: number): string =>
  Buffer.byteLength(text) <= most
    ? text
    : `${Buffer.from(text)
        .subarray(0, most - 3)
        .toString()
        .replace(/\uFFFD+$/, '')}…`;

import { deepFreeze } from '#core/freeze.ts';
import type { Language, Words } from '../set-up/fields.ts';
import type { Notice, Severity } from './notice.ts';

interface NoticeWords {
  readonly locale: string;
  readonly decimalMark: string;
  readonly kinds: Readonly<Record<Notice['kind'], string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  /** `{rule}`: of the gravest. */
  readonly several: string;
  readonly more: string;
  readonly condition: string;
  readonly noValue: string;
  /** Of a reminder: what is told is not what was measured just then. */
  readonly worst: string;
  readonly from: string;
}

/** What messages say; `{}` stand for what is put in. */
export const noticeWords: Readonly<Record<Language, NoticeWords>> = deepFreeze({
  en: {
    locale: 'en-GB',
    decimalMark: '.',
    kinds: { began: 'Alarm', ended: 'Over', reminder: 'Still so', test: 'Test' },
    severities: { info: 'information', warning: 'warning', critical: 'critical' },
    several: '{count} messages, among them {first}',
    more: 'and {count} more',
    condition: 'Rule: {condition}',
    noValue: 'no value',
    worst: 'at worst {value}',
    from: 'Sent by Joulegate.',
  },
  de: {
    locale: 'de-DE',
    decimalMark: ',',
    kinds: { began: 'Alarm', ended: 'Vorbei', reminder: 'Weiterhin', test: 'Probe' },
    severities: { info: 'Hinweis', warning: 'Warnung', critical: 'kritisch' },
    several: '{count} Meldungen, darunter {first}',
    more: 'und {count} weitere',
    condition: 'Regel: {condition}',
    noValue: 'kein Wert',
    worst: 'schlimmstens {value}',
    from: 'Gesendet von Joulegate.',
  },
  pt: {
    locale: 'pt-PT',
    decimalMark: ',',
    kinds: { began: 'Alarme', ended: 'Terminou', reminder: 'Ainda assim', test: 'Teste' },
    severities: { info: 'informação', warning: 'aviso', critical: 'crítico' },
    several: '{count} mensagens, entre elas {first}',
    more: 'e mais {count}',
    condition: 'Regra: {condition}',
    noValue: 'sem valor',
    worst: 'no pior momento {value}',
    from: 'Enviado pelo Joulegate.',
  },
});

/** What `conditionText` of a rule says in words, one after the other; `$1` is what stands in between. */
export const conditionWords: readonly (readonly [english: RegExp, words: Words])[] = Object.freeze([
  [/^outside /, { en: 'outside ', de: 'außerhalb ', pt: 'fora de ' }],
  [/^change in (\d+ s)/, { en: 'change in $1', de: 'Änderung in $1', pt: 'variação em $1' }],
  [/^peak of (\d+ s)/, { en: 'peak of $1', de: 'Spitze von $1', pt: 'pico de $1' }],
  [
    /^measured (.+?) of (\d+ s)/,
    { en: 'measured $1 of $2', de: 'gemessen $1 von $2', pt: 'medido $1 de $2' },
  ],
  [/^phase /, { en: 'phase ', de: 'Phase ', pt: 'fase ' }],
  [
    /^voltage unbalance/,
    { en: 'voltage unbalance', de: 'Spannungsunsymmetrie', pt: 'desequilíbrio de tensão' },
  ],
  [
    /^current unbalance/,
    { en: 'current unbalance', de: 'Stromunsymmetrie', pt: 'desequilíbrio de corrente' },
  ],
  [/^no values for (\d+ s)/, { en: 'no values for $1', de: 'keine Werte seit $1', pt: 'sem valores há $1' }],
  [/ in a day\b/, { en: ' in a day', de: ' am Tag', pt: ' por dia' }],
  [/ in a week\b/, { en: ' in a week', de: ' in der Woche', pt: ' por semana' }],
  [/ in a month\b/, { en: ' in a month', de: ' im Monat', pt: ' por mês' }],
  [/ in (\d+ s)/, { en: ' in $1', de: ' in $1', pt: ' em $1' }],
  [/ for (\d+ s)$/, { en: ' for $1', de: ' für $1', pt: ' durante $1' }],
]);

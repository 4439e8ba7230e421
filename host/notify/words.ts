import { deepFreeze } from '#core/freeze.ts';
import type { Language, Words } from '../set-up/fields.ts';
import type { Notice, Severity } from './notice.ts';

interface NoticeWords {
  readonly locale: string;
  readonly kinds: Readonly<Record<Notice['kind'], string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  /** `{rule}`: of the gravest. */
  readonly several: string;
  readonly more: string;
  readonly condition: string;
  readonly noValue: string;
  readonly from: string;
}

/** What messages say; `{}` stand for what is put in. */
export const noticeWords: Readonly<Record<Language, NoticeWords>> = deepFreeze({
  en: {
    locale: 'en-GB',
    kinds: { began: 'Alarm', ended: 'Over', reminder: 'Still so', test: 'Test' },
    severities: { info: 'information', warning: 'warning', critical: 'critical' },
    several: '{count} messages, among them {first}',
    more: 'and {count} more',
    condition: 'Rule: {condition}',
    noValue: 'no value',
    from: 'Sent by Joulegate.',
  },
  de: {
    locale: 'de-DE',
    kinds: { began: 'Alarm', ended: 'Vorbei', reminder: 'Weiterhin', test: 'Probe' },
    severities: { info: 'Hinweis', warning: 'Warnung', critical: 'kritisch' },
    several: '{count} Meldungen, darunter {first}',
    more: 'und {count} weitere',
    condition: 'Regel: {condition}',
    noValue: 'kein Wert',
    from: 'Gesendet von Joulegate.',
  },
  pt: {
    locale: 'pt-PT',
    kinds: { began: 'Alarme', ended: 'Terminou', reminder: 'Ainda assim', test: 'Teste' },
    severities: { info: 'informação', warning: 'aviso', critical: 'crítico' },
    several: '{count} mensagens, entre elas {first}',
    more: 'e mais {count}',
    condition: 'Regra: {condition}',
    noValue: 'sem valor',
    from: 'Enviado pelo Joulegate.',
  },
});

/** What a notice was judged by, from the beginning of its id: the longest that fits. */
export const subjectWords: Readonly<Record<string, Words>> = deepFreeze({
  power: { en: 'Power', de: 'Leistung', pt: 'Potência' },
  powerFactor: { en: 'Power factor', de: 'Leistungsfaktor', pt: 'Fator de potência' },
  powerImport: { en: 'Power taken', de: 'Bezogene Leistung', pt: 'Potência consumida' },
  powerExport: { en: 'Power fed in', de: 'Eingespeiste Leistung', pt: 'Potência injetada' },
  apparentPower: { en: 'Apparent power', de: 'Scheinleistung', pt: 'Potência aparente' },
  reactivePower: { en: 'Reactive power', de: 'Blindleistung', pt: 'Potência reativa' },
  voltage: { en: 'Voltage', de: 'Spannung', pt: 'Tensão' },
  current: { en: 'Current', de: 'Strom', pt: 'Corrente' },
  frequency: { en: 'Frequency', de: 'Frequenz', pt: 'Frequência' },
  temperature: { en: 'Temperature', de: 'Temperatur', pt: 'Temperatura' },
  phaseAngle: { en: 'Phase angle', de: 'Phasenwinkel', pt: 'Ângulo de fase' },
  demand: { en: 'Demand', de: 'Mittlere Leistung', pt: 'Potência média' },
  thdVoltage: { en: 'Harmonics of voltage', de: 'Oberschwingungen der Spannung', pt: 'Harmónicas de tensão' },
  thdCurrent: { en: 'Harmonics of current', de: 'Oberschwingungen des Stroms', pt: 'Harmónicas de corrente' },
  energy: { en: 'Energy', de: 'Energie', pt: 'Energia' },
  energyImport: { en: 'Energy taken', de: 'Bezogene Energie', pt: 'Energia consumida' },
  energyExport: { en: 'Energy fed in', de: 'Eingespeiste Energie', pt: 'Energia injetada' },
  quality: { en: 'Measured', de: 'Gemessen', pt: 'Medido' },
  phaseLoss: { en: 'Weakest phase', de: 'Schwächste Phase', pt: 'Fase mais fraca' },
  unbalance: { en: 'Unbalance', de: 'Unsymmetrie', pt: 'Desequilíbrio' },
  'host.diskUsedPercent': { en: 'Disk used', de: 'Speicherplatz belegt', pt: 'Disco ocupado' },
  'host.memoryMb': { en: 'Memory of the host', de: 'Arbeitsspeicher des Hosts', pt: 'Memória do servidor' },
  'host.loopDelayMs': { en: 'Delay of the host', de: 'Verzug des Hosts', pt: 'Atraso do servidor' },
  'host.faults': { en: 'Faults of the host', de: 'Störungen des Hosts', pt: 'Falhas do servidor' },
  'host.commitsFailed': {
    en: 'Failed commits in ten minutes',
    de: 'Gescheiterte Schreibvorgänge in zehn Minuten',
    pt: 'Gravações falhadas em dez minutos',
  },
  'gateway.online': {
    en: 'Gateway connected (1) or not (0)',
    de: 'Gateway verbunden (1) oder nicht (0)',
    pt: 'Gateway ligado (1) ou não (0)',
  },
  'gateway.heapFreeBytes': { en: 'Free memory', de: 'Freier Speicher', pt: 'Memória livre' },
  'gateway.wifiDbm': { en: 'WiFi signal', de: 'WLAN-Signal', pt: 'Sinal Wi-Fi' },
  'gateway.journalPercent': { en: 'Journal filled', de: 'Journal gefüllt', pt: 'Diário ocupado' },
  'gateway.recordsDropped': {
    en: 'Records dropped in ten minutes',
    de: 'Verworfene Datensätze in zehn Minuten',
    pt: 'Registos descartados em dez minutos',
  },
  'gateway.readsFailed': {
    en: 'Failed reads in ten minutes',
    de: 'Gescheiterte Abfragen in zehn Minuten',
    pt: 'Leituras falhadas em dez minutos',
  },
  'gateway.metersFailing': { en: 'Meters that fail', de: 'Gestörte Zähler', pt: 'Contadores com falhas' },
  'gateway.clockUnsynced': {
    en: 'Clock not set (1)',
    de: 'Uhr nicht gestellt (1)',
    pt: 'Relógio não acertado (1)',
  },
  'gateway.safeMode': { en: 'Safe mode (1)', de: 'Sicherer Betrieb (1)', pt: 'Modo seguro (1)' },
  silence: { en: 'No values', de: 'Keine Werte', pt: 'Sem valores' },
});

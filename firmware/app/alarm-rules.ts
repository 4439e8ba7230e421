import { deepFreeze } from '../core/freeze.ts';
import { isPlausible } from '../core/quantities.ts';
import { type AlarmSettings, type GatewaySettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Cancel, Ports } from '../ports.ts';
import { findProfile, sampleMsOf } from '../profiles/registry.ts';
import { AlarmMemory } from './alarm-memory.ts';
import { AlarmOutbox, type AlarmWay } from './alarm-outbox.ts';
import type { Clock } from './clock.ts';
import type { Sample } from './source.ts';

const checkMs = 1000;
/** Without a value for so many of its meter's samples, and for 30 s, a rule knows nothing and ends. */
const absentSamples = 5;
const leastAbsentMs = 30_000;

export interface AlarmRulesOptions extends AlarmWay {
  readonly ports: Pick<Ports, 'time' | 'store' | 'board' | 'log'>;
  readonly clock: Clock;
}

/**
 * `off`; `pending`: its condition is true, and not for long enough yet; `on`. `kept` was on before a restart: the next
 * value decides, and until then its output stays off.
 */
type State = 'off' | 'pending' | 'on' | 'kept';

interface Rule {
  readonly settings: AlarmSettings;
  /** Without a value for so long the rule knows nothing. */
  absentMs: number;
  state: State;
  sinceTicks: number;
  valueTicks: number;
}

/**
 * The settings' `alarms`, judged at each sample: with the host down as well. A rule begins when a value is past its
 * threshold for `delayS`, and ends when one is back by `hysteresis`. A value that is absent never begins one; where
 * none comes for a while, or the gateway stops, it ends, and its output is off, which is its safe state.
 */
export class AlarmRules {
  readonly outbox: AlarmOutbox;
  readonly #options: AlarmRulesOptions;
  readonly #memory: AlarmMemory;
  #rules: readonly Rule[] = [];
  #cancel: Cancel | undefined;

  constructor(options: AlarmRulesOptions) {
    this.#options = options;
    this.#memory = new AlarmMemory(options.ports);
    this.outbox = new AlarmOutbox(options);
  }

  /** Makes these rules run. One that is as it was goes on as it is; one that is gone ends without a word. */
  apply({ alarms = [], meters }: GatewaySettings): void {
    const before = this.#rules;
    const kept = before.length === 0 && alarms.length > 0 ? this.#memory.read() : [];
    const now = this.#options.ports.time.ticksMs();
    this.#rules = alarms.map(settings => {
      const meter = meters.find(({ id }) => id === settings.meter);
      const { windowS = settingsDefaults.windowS } = meter ?? {};
      const sampleMs = meter === undefined ? 0 : sampleMsOf(meter, findProfile(meter.profile));
      const absentMs = Math.max(absentSamples * sampleMs, windowS * 1000, leastAbsentMs);
      const same = before.find(rule => isSame(rule.settings, settings));
      if (same !== undefined) {
        same.absentMs = absentMs;
        return same;
      }
      const state = kept.includes(settings.id) ? 'kept' : 'off';
      return { settings, absentMs, state, sinceTicks: now, valueTicks: now };
    });
    for (const rule of before) if (!this.#rules.includes(rule)) this.switch(rule, false);
    this.outbox.keep(this.#rules.map(({ settings }) => settings.id));
    if (before.length > 0) this.#memory.write(this.onIds());
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#rules.length > 0) this.wait();
  }

  /** Values of a meter, sampled together. */
  sampled(meter: string, ticksMs: number, samples: readonly Sample[]): void {
    for (let index = 0; index < this.#rules.length; index++) {
      const rule = this.#rules[index] as Rule;
      if (rule.settings.meter !== meter) continue;
      for (let at = 0; at < samples.length; at++) {
        const { quantity, value } = samples[at] as Sample;
        if (quantity === rule.settings.quantity && isPlausible(quantity, value))
          this.judge(rule, value, ticksMs);
      }
    }
  }

  /** Everything off, kept for the next start. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#memory.write(this.onIds());
    for (const rule of this.#rules) this.switch(rule, false);
    this.#rules = [];
  }

  private judge(rule: Rule, value: number, ticksMs: number): void {
    const { settings } = rule;
    const wasOn = rule.state === 'on' || rule.state === 'kept';
    const isTrue = isPast(settings, value, wasOn ? (settings.hysteresis ?? 0) : 0);
    const isGap = ticksMs - rule.valueTicks > rule.absentMs;
    rule.valueTicks = ticksMs;
    if (!isTrue) {
      rule.state = 'off';
      if (wasOn) this.changed(rule, false, value);
      return;
    }
    if (rule.state === 'kept') {
      rule.state = 'on';
      this.switch(rule, true);
      return;
    }
    if (rule.state === 'on') return;
    if (rule.state === 'off' || isGap) {
      rule.state = 'pending';
      rule.sinceTicks = ticksMs;
    }
    if (ticksMs - rule.sinceTicks < (settings.delayS ?? 0) * 1000) return;
    rule.state = 'on';
    this.changed(rule, true, value);
  }

  private changed(rule: Rule, isOn: boolean, value: number | null): void {
    const { clock, ports } = this.#options;
    const { id, meter, quantity, publish = true } = rule.settings;
    this.switch(rule, isOn);
    this.#memory.changed();
    ports.log(
      'warn',
      `alarm ${id} ${isOn ? 'began' : 'ended'}: ${meter} ${quantity} is ${value ?? 'absent'}`,
    );
    if (publish) this.outbox.tell({ v: 1, id, meter, quantity, isOn, value, atMs: clock.wallMs() ?? null });
  }

  private switch({ settings: { output } }: Rule, isOn: boolean): void {
    if (output !== undefined) this.#options.ports.board.setOutput(output, isOn);
  }

  private wait(): void {
    this.#cancel = this.#options.ports.time.after(checkMs, () => {
      this.endAbsent();
      this.#memory.writeSoon(() => this.onIds());
      this.wait();
    });
  }

  private endAbsent(): void {
    const now = this.#options.ports.time.ticksMs();
    for (const rule of this.#rules) {
      if (rule.state === 'off' || now - rule.valueTicks <= rule.absentMs) continue;
      const wasOn = rule.state !== 'pending';
      rule.state = 'off';
      if (wasOn) this.changed(rule, false, null);
    }
  }

  private onIds(): string[] {
    return this.#rules
      .filter(({ state }) => state === 'on' || state === 'kept')
      .map(({ settings }) => settings.id);
  }
}

/** Whether a value is past the threshold, or not yet back from it by so much. */
function isPast({ operator, threshold }: AlarmSettings, value: number, hysteresis: number): boolean {
  switch (operator) {
    case '>':
      return value > threshold - hysteresis;
    case '>=':
      return value >= threshold - hysteresis;
    case '<':
      return value < threshold + hysteresis;
    case '<=':
      return value <= threshold + hysteresis;
  }
}

const names = deepFreeze([
  'id',
  'meter',
  'quantity',
  'operator',
  'threshold',
  'hysteresis',
  'delayS',
  'output',
  'publish',
] as const);

const isSame = (one: AlarmSettings, other: AlarmSettings): boolean =>
  names.every(name => one[name] === other[name]);

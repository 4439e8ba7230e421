import type { QuantityId } from '../../core/quantities.ts';
import type { Message } from '../../core/wire/messages.ts';
import type { ModbusProfile } from '../../profiles/profile.ts';
import { Candidates } from './candidates.ts';
import { identityText } from './identity-text.ts';
import { KnownAnswers } from './known-answers.ts';
import { allBlocks, isDirectCurrent, judge, type Score } from './marks.ts';
import { sunspecChoice, sunspecMap } from './sunspec-device.ts';
import type { Talk } from './talk.ts';

export type Identified = Pick<Message<'scan'>['found'][number], 'profile' | 'sureness' | 'values' | 'serial'>;

/** So many are read as a whole when their marks alone cannot tell them apart. */
const mostFinalists = 8;
const mostValues = 12;
/** What a person knows a meter by, of those that have more than so many values. */
const telling: readonly QuantityId[] = Object.freeze([
  'voltageV',
  'voltageL1V',
  'voltageL2V',
  'voltageL3V',
  'currentA',
  'powerW',
  'frequencyHz',
  'energyTotalWh',
  'energyImportWh',
  'energyExportWh',
]);
/** Whose map explains only a register more than another's may as well be the other. */
const leastLead = 1.5;

/**
 * Finds out what meter answers at an address: by values that can be nothing else. First the marks of all profiles are
 * read, those that most have in common first, and whoever gets what cannot be is out; then the best are read as a
 * whole. Registers that are refused or zero count against a profile. `sure`: voltage and frequency fit, and no
 * other profile explains as much of what the meter says.
 */
export function* identify(
  address: number,
  profiles: readonly ModbusProfile[],
  known = new KnownAnswers(address),
): Talk<Identified> {
  const candidates = new Candidates(profiles.filter(({ sunspec }) => sunspec === undefined));
  for (let span = candidates.next(); span; span = candidates.next()) {
    candidates.heard(yield* known.ask(span), known);
  }
  let best: Judged | undefined;
  let second = Number.NEGATIVE_INFINITY;
  for (const { profile, markHits } of candidates.best(mostFinalists)) {
    const judged = yield* readWhole(known, profile, isDirectCurrent(profile), markHits);
    if (best === undefined || judged.worth > best.worth) {
      second = best?.worth ?? second;
      best = judged;
    } else second = Math.max(second, judged.worth);
  }
  const isSure =
    best !== undefined && best.worth - second >= leastLead && best.markHits >= 2 && best.isMostlyFit;
  const sunspec = isSure ? undefined : yield* sunspecDevice(known, profiles);
  if (sunspec) return sunspec;
  if (best === undefined || best.worth <= 0) return { profile: null, sureness: 'unknown', values: {} };
  const serial = yield* identityText(known, best.profile.identity?.serial);
  return {
    profile: best.profile.id,
    sureness: isSure ? 'sure' : 'likely',
    values: best.values,
    ...(serial !== undefined && { serial }),
  };
}
Object.freeze(identify.prototype);

/** A device that has a SunSpec map says itself what it is. */
function* sunspecDevice(
  known: KnownAnswers,
  profiles: readonly ModbusProfile[],
): Talk<Identified | undefined> {
  const map = yield* sunspecMap(known);
  if (map === undefined) return undefined;
  const choice = sunspecChoice(map, profiles);
  if (choice === null) return { profile: null, sureness: 'sure', values: {} };
  const { values } = yield* readWhole(known, choice.found, false, 0);
  const serial = yield* identityText(known, choice.found.identity?.serial);
  return { profile: choice.chosen.id, sureness: 'sure', values, ...(serial !== undefined && { serial }) };
}
Object.freeze(sunspecDevice.prototype);

interface Judged {
  readonly profile: ModbusProfile;
  readonly worth: number;
  readonly markHits: number;
  readonly isMostlyFit: boolean;
  readonly values: Record<string, number>;
}

function* readWhole(
  known: KnownAnswers,
  profile: ModbusProfile,
  isDc: boolean,
  markHits: number,
): Talk<Judged> {
  const score: Score = { hits: 0, zeros: 0, wrong: 0 };
  const values: Record<string, number> = {};
  const keep = (quantity: QuantityId, value: number) => {
    if (profile.registers.length <= mostValues || telling.includes(quantity)) values[quantity] = value;
  };
  for (const block of allBlocks(profile)) {
    const { start, data } = yield* known.ask(block);
    if (data === undefined) score.wrong += block.registers.length;
    else judge(block, start, data, isDc, score, keep);
  }
  return {
    profile,
    worth: worthOfWhole(score),
    markHits,
    isMostlyFit: score.wrong <= (score.hits + score.zeros) * 0.1,
    values,
  };
}
Object.freeze(readWhole.prototype);

/** Zeros are common where nothing flows, yet of two maps the one with fewer explains more; what is refused is not of this meter. */
const worthOfWhole = ({ hits, zeros, wrong }: Score): number => hits - zeros * 0.2 - wrong * 2;

import { deepFreeze } from '../../core/freeze.ts';
import type { ReadRequest } from '../../core/modbus/frame.ts';
import { wordCount } from '../../core/modbus/register.ts';
import { settingsDefaults } from '../../core/wire/settings.ts';
import { portsOf } from './scan-plan.ts';
import { isSignOfLife, type PortSettings, type Talk } from './talk.ts';
import type { VisitedLine } from './visit.ts';

/** What a trial found: who answers with the line as it is set, and at which other settings somebody does. */
export interface TrialResult {
  readonly answersAt: 'otherBaud' | 'otherParity' | undefined;
}

/** By how common they are on meters. */
const bauds: readonly number[] = deepFreeze([9600, 19_200, 2400, 38_400, 4800, 115_200, 57_600, 1200]);
const parities: readonly PortSettings['parity'][] = deepFreeze(['none', 'even', 'odd']);
/** So many questions as the line is set: of noise some answers come through, or at least parts of them. */
const questionsAtHome = 12;
/** So many slaves stand for all at other settings: a trial takes the line from everybody. */
const mostElsewhere = 2;

export const trialTimeoutMs = 150;

/** The shortest question to each meter of a line. */
export function trialRequests({ meters }: VisitedLine): ReadRequest[] {
  return meters.flatMap(({ settings, profile }) => {
    if (profile?.kind !== 'modbus') return [];
    const [register] = profile.registers;
    const address = settings.address ?? profile.defaults.address;
    if (register === undefined || address === undefined) return [];
    return [{ address, fc: register.fc, start: register.address, count: wordCount(register.type) }];
  });
}

/**
 * Asks the slaves of a line on which nobody answers: first as the line is set, then at other speeds and parities,
 * until one answers. `isWorthMore` says whether what was heard meanwhile leaves that open: garbage does not go away
 * by another speed of the port.
 */
export function* trialTalk(
  line: VisitedLine,
  requests: readonly ReadRequest[],
  isWorthMore: () => boolean,
): Talk<TrialResult> {
  const { baud, parity } = { ...settingsDefaults, ...line.settings };
  const [own, ...others] = portsOf(
    line.settings,
    [baud, ...bauds.filter(other => other !== baud)],
    [parity, ...parities.filter(other => other !== parity)],
  );
  const nothing: TrialResult = { answersAt: undefined };
  if (own === undefined) return nothing;
  const opened = yield own;
  if (!opened.ok) return nothing;
  let signsOfLife = 0;
  for (let asked = 0; asked < questionsAtHome; asked++) {
    const request = requests[asked % requests.length];
    if (request !== undefined && isSignOfLife(yield request)) signsOfLife++;
  }
  if (signsOfLife > 0 || !isWorthMore()) return nothing;
  for (const port of others) {
    const isOpen = yield port;
    if (!isOpen.ok) continue;
    for (const request of requests.slice(0, mostElsewhere)) {
      if (isSignOfLife(yield request)) {
        return { answersAt: port.baud === own.baud ? 'otherParity' : 'otherBaud' };
      }
    }
  }
  return nothing;
}
Object.freeze(trialTalk.prototype);

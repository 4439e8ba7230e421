import type { Fault } from './fault.ts';
import { awayWeek } from './gateway/away-week.ts';
import { clockJumps } from './gateway/clock-jumps.ts';
import { counterCases } from './gateway/counter-cases.ts';
import { flashCut } from './gateway/flash-cut.ts';
import { frameErrors } from './gateway/frame-errors.ts';
import { gatewayCut } from './gateway/gateway-cut.ts';
import { halfOpen } from './gateway/half-open.ts';
import { awayDay, awayHour } from './gateway/host-away.ts';
import { lateAnswers } from './gateway/late-answers.ts';
import { lineNoise } from './gateway/line-noise.ts';
import { silentSlave } from './gateway/silent-slave.ts';
import { soak } from './gateway/soak.ts';
import { thinNetwork } from './gateway/thin-network.ts';
import { wifiFlaps } from './gateway/wifi-flaps.ts';
import { backlogReturn } from './host/backlog-return.ts';
import { brokerKill } from './host/broker-kill.ts';
import { diskFull } from './host/disk-full.ts';
import { duplicates } from './host/duplicates.ts';
import { hostKill } from './host/host-kill.ts';
import { logCut, logFlip } from './host/log-damage.ts';
import { stalledClients } from './host/stalled-clients.ts';
import { yearQuery } from './host/year-query.ts';

/** Every fault there is, in the order in which they are run and told. A new one is a file of its own and a line here. */
export const faults: readonly Fault[] = Object.freeze([
  awayHour,
  awayDay,
  awayWeek,
  hostKill,
  brokerKill,
  logCut,
  logFlip,
  diskFull,
  flashCut,
  gatewayCut,
  wifiFlaps,
  halfOpen,
  thinNetwork,
  backlogReturn,
  duplicates,
  clockJumps,
  counterCases,
  lineNoise,
  frameErrors,
  silentSlave,
  lateAnswers,
  stalledClients,
  yearQuery,
  soak,
]);

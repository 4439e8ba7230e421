import { deepFreeze } from '#core/freeze.ts';

/** Versions of the local protocol, as devices announce them. */
export const tuyaVersions = deepFreeze(['3.1', '3.3', '3.4', '3.5'] as const);
export type TuyaVersion = (typeof tuyaVersions)[number];

/** What devices are told and tell (codetheweb/tuyapi 7.7.1 lib/message-parser.js; jasonacox/tinytuya). */
export const commands = deepFreeze({
  sessionStart: 3,
  sessionAnswer: 4,
  sessionFinish: 5,
  status: 8,
  heartbeat: 9,
  query: 10,
  /** Of 3.4 and 3.5. */
  queryNew: 16,
  /** Measure these data points anew: many plugs tell power only when the app looks. */
  refresh: 18,
} as const);

export const tuyaPort = 6668;
/** Announcements in clear, and those under the key below. */
export const announcePorts = deepFreeze([6666, 6667] as const);
/** The same for all devices there are: its MD5 is the key of announcements (tuyapi lib/config.js). */
export const announceSecret = 'yGAdlopoPVldABfn';

/** Whether messages go under a key that both sides make up at each connection. */
export const hasSession = (version: TuyaVersion): boolean => version === '3.4' || version === '3.5';
